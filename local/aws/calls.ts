export interface Call {
  readonly service: string;
  readonly operation: string;
  /** Milliseconds since the epoch, when the request had arrived whole. */
  readonly at: number;
}

const KEPT = 10_000;

/** Counts the calls the server was asked, and keeps the last 10,000 of them. */
export class Calls {
  private recent: Call[] = [];
  private readonly counts = new Map<string, number>();

  record(call: Call): void {
    const key = `${call.service}:${call.operation}`;
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
    this.recent.push(call);
    if (this.recent.length > 2 * KEPT) this.recent = this.recent.slice(-KEPT);
  }

  list(): readonly Call[] {
    return this.recent.slice(-KEPT);
  }

  /** How many calls there were since the start or `clear`, of all services, one service or one operation. */
  count(service?: string, operation?: string): number {
    let total = 0;
    for (const [key, count] of this.counts) {
      const [itsService, itsOperation] = key.split(":");
      if ((service ?? itsService) === itsService && (operation ?? itsOperation) === itsOperation) total += count;
    }
    return total;
  }

  clear(): void {
    this.recent = [];
    this.counts.clear();
  }
}
