import { ApiError } from "../../../../../contract/client.ts";
import type { LogPage, ShownLine } from "../../../../../contract/log.ts";

/** A line that is in memory; `id` tells it apart from all others of this window, also where numbers repeat. */
export type LoadedLine = ShownLine & { id: number };
export interface Chunk {
  lines: LoadedLine[];
  /** Where the lines before it and after it are. */
  previous: string | null;
  next: string | null;
}

/** A line as an address names it. */
export interface Place {
  attempt: number;
  n: number;
}

export interface PageQuery {
  cursor?: string;
  from?: "head" | "tail";
  limit: number;
}
export type ReadPage = (query: PageQuery, signal: AbortSignal) => Promise<LogPage>;

export interface LogState {
  phase: "opening" | "open" | "expired" | "failed";
  /** Neighbours without a hole between them, oldest first. */
  chunks: readonly Chunk[];
  earlier: "none" | "more" | "loading" | "failed";
  /** `live`: all that is there yet is loaded, and more may come. */
  later: "end" | "live" | "more" | "loading" | "failed";
  expiredAt: string | null;
  error: unknown;
  /** While a line is looked for: how many lines were passed. */
  passed: number | null;
  /** What a line was looked for and not found. */
  missing: Place | null;
}

/** How much stays in memory: what is far from where somebody reads is let go and read again when it is needed. */
export interface Bounds {
  lines: number;
  characters: number;
}

const bounds: Bounds = { lines: 30_000, characters: 24_000_000 };
/** Lines of the first page: a screen and some. */
const firstLimit = 200;
const scrollLimit = 500;
/** The most that the API gives at once. */
export const mostLines = 1000;
const liveMs = 1_000;
const slowestMs = 10_000;

const opening: LogState = {
  phase: "opening",
  chunks: [],
  earlier: "none",
  later: "more",
  expiredAt: null,
  error: null,
  passed: null,
  missing: null,
};

/**
 * The part of a log that is in memory: a row of neighbouring chunks that grows at both ends, and shrinks at the end that
 * nobody looks at. At the end of a live log it goes on reading by itself.
 */
export class LogWindow {
  private state: LogState = opening;
  private listeners = new Set<() => void>();
  private work = new AbortController();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;
  private lastId = 0;
  private readonly read: ReadPage;
  private readonly bounds: Bounds;

  constructor(read: ReadPage, most: Bounds = bounds) {
    this.read = read;
    this.bounds = most;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
  snapshot = (): LogState => this.state;

  /** Whether somebody stands at the end and goes with it: then what is far behind may be let go. */
  following = false;

  openEnd = (): Promise<void> =>
    this.open(() => this.read({ from: "tail", limit: firstLimit }, this.work.signal), "live");
  openStart = (): Promise<void> => this.open(() => this.read({ from: "head", limit: scrollLimit }, this.work.signal));
  /** Opens the page that this cursor names: no cursor is the first. */
  openPage = (cursor: string | null): Promise<void> =>
    this.open(() =>
      this.read(cursor === null ? { from: "head", limit: mostLines } : { cursor, limit: mostLines }, this.work.signal),
    );

  /** Opens where this line is, from the nearer end of the log. What is passed on the way is not kept. */
  openLine = (place: Place): Promise<void> =>
    this.open(async () => {
      const tail = await this.read({ from: "tail", limit: mostLines }, this.work.signal);
      if (tail.expired || isWithin(tail, place)) return tail;
      const last = tail.lines.findLast((line) => line.kind !== "gap");
      const forward = !last || place.attempt < last.attempt || place.n < last.n / 2;
      if (last && comparePlaces(place, last) > 0) return this.missed(place, tail);
      const first = forward ? await this.read({ from: "head", limit: mostLines }, this.work.signal) : tail;
      return this.pagesUntil(place, first, forward ? "nextCursor" : "previousCursor");
    });

  private async pagesUntil(place: Place, first: LogPage, way: "nextCursor" | "previousCursor"): Promise<LogPage> {
    let page = first;
    let passed = 0;
    while (!isWithin(page, place)) {
      const cursor = page[way];
      const edge = way === "nextCursor" ? page.lines.at(-1) : page.lines[0];
      const isPast = edge && comparePlaces(edge, place) * (way === "nextCursor" ? 1 : -1) > 0;
      if (isPast || cursor === null || (way === "nextCursor" && page.complete)) return this.missed(place, page);
      passed += page.lines.length;
      this.change({ passed });
      const next = await this.read({ cursor, limit: mostLines }, this.work.signal);
      if (next.lines.length === 0 && next[way] === cursor) return this.missed(place, page);
      page = next;
    }
    return page;
  }

  private missed(place: Place, page: LogPage): LogPage {
    this.change({ missing: place });
    return page;
  }

  loadEarlier = async (): Promise<void> => {
    const cursor = this.state.chunks[0]?.previous;
    if (this.state.phase !== "open" || this.state.earlier === "loading" || !cursor) return;
    this.change({ earlier: "loading" });
    const { signal } = this.work;
    try {
      const page = await this.read({ cursor, limit: scrollLimit }, signal);
      // What it would stand before may have been let go meanwhile.
      if (signal.aborted || this.state.chunks[0]?.previous !== cursor) return;
      this.change(this.trimmed([this.chunkOf(page), ...this.state.chunks], "end"));
    } catch (error) {
      if (!signal.aborted) this.change({ earlier: "failed", error });
    }
  };

  /** Reads on at the end: what follows, or what a live log has got meanwhile. */
  loadLater = async (): Promise<void> => {
    const cursor = this.state.chunks.at(-1)?.next;
    const wasLive = this.state.later === "live";
    if (this.state.phase !== "open" || this.state.later === "loading" || this.state.later === "end" || !cursor) return;
    clearTimeout(this.timer);
    if (!wasLive) this.change({ later: "loading" });
    const { signal } = this.work;
    try {
      const page = await this.read({ cursor, limit: wasLive ? mostLines : scrollLimit }, signal);
      if (signal.aborted || this.state.chunks.at(-1)?.next !== cursor) return;
      this.failures = 0;
      this.append(page, cursor, wasLive);
    } catch (error) {
      if (signal.aborted) return;
      this.failures += 1;
      if (!wasLive || isGone(error)) this.change({ later: "failed", error });
      else this.wait();
    }
  };

  close(): void {
    this.work.abort();
    clearTimeout(this.timer);
  }

  private append(page: LogPage, cursor: string, wasLive: boolean): void {
    if (page.expired) {
      this.change({ ...opening, phase: "expired", expiredAt: page.expiredAt });
      return;
    }
    const isEmpty = page.lines.length === 0;
    const moved = page.nextCursor !== cursor;
    const later = page.complete ? "end" : wasLive || (isEmpty && !moved) ? "live" : "more";
    if (!isEmpty || moved || later !== this.state.later) {
      const chunks = this.withPage(page);
      this.change({ later, ...this.trimmed(chunks, wasLive && !this.following ? "end" : "start") });
    }
    if (later === "more" && isEmpty) void this.loadLater();
    else this.wait(page.lines.length >= mostLines ? 0 : liveMs);
  }

  /** The chunks with this page at their end; small pages of a live log grow into one chunk. */
  private withPage(page: LogPage): Chunk[] {
    const added = this.chunkOf(page);
    const last = this.state.chunks.at(-1);
    if (!last || this.state.chunks.every(({ lines }) => lines.length === 0)) return [added];
    if (last.lines.length + added.lines.length > scrollLimit) return [...this.state.chunks, added];
    return [...this.state.chunks.slice(0, -1), joined(last, added)];
  }

  private wait(usualMs = liveMs): void {
    clearTimeout(this.timer);
    if (this.work.signal.aborted || this.state.later !== "live") return;
    const ms = Math.min(usualMs * 2 ** this.failures, slowestMs);
    this.timer = setTimeout(() => {
      if (document.hidden) document.addEventListener("visibilitychange", () => this.wait(), { once: true });
      else void this.loadLater();
    }, ms);
  }

  private async open(readFirst: () => Promise<LogPage>, end: "live" | "more" = "more"): Promise<void> {
    this.close();
    this.work = new AbortController();
    this.failures = 0;
    const { signal } = this.work;
    this.change({ ...opening, chunks: this.state.chunks });
    try {
      const page = await readFirst();
      if (signal.aborted) return;
      if (page.expired) return this.change({ ...opening, phase: "expired", expiredAt: page.expiredAt });
      const later = page.complete ? "end" : end;
      this.change({ phase: "open", passed: null, later, ...this.trimmed([this.chunkOf(page)], "start") });
      if (later === "more") void this.loadLater();
      else this.wait();
    } catch (error) {
      if (!signal.aborted) this.change({ ...opening, phase: "failed", error });
    }
  }

  private chunkOf(page: LogPage): Chunk {
    const lines = page.lines.map((line) => ({ ...line, id: ++this.lastId }));
    return { lines, previous: page.previousCursor, next: page.nextCursor };
  }

  /** Lets chunks go at one end while there are too many; at least two stay. */
  private trimmed(chunks: Chunk[], at: "start" | "end"): Partial<LogState> {
    const kept = [...chunks];
    const sizes = new Map(chunks.map((chunk) => [chunk, sizeOf(chunk)]));
    const total = (of: keyof Bounds) => kept.reduce((sum, chunk) => sum + (sizes.get(chunk)?.[of] ?? 0), 0);
    while (kept.length > 2 && (total("lines") > this.bounds.lines || total("characters") > this.bounds.characters)) {
      if (at === "start") kept.shift();
      else kept.pop();
    }
    const cutEnd = kept.at(-1) !== chunks.at(-1);
    if (cutEnd) clearTimeout(this.timer);
    return {
      chunks: kept,
      earlier: kept[0]?.previous ? "more" : "none",
      ...(cutEnd && { later: "more" }),
    };
  }

  private change(part: Partial<LogState>): void {
    this.state = { ...this.state, ...part };
    for (const listener of this.listeners) listener();
  }
}

function joined(a: Chunk, b: Chunk): Chunk {
  return { lines: [...a.lines, ...b.lines], previous: a.previous, next: b.next };
}

const sizes = new WeakMap<Chunk, Bounds>();
function sizeOf(chunk: Chunk): Bounds {
  const known = sizes.get(chunk);
  if (known) return known;
  const characters = chunk.lines.reduce((sum, line) => sum + (line.kind === "gap" ? 0 : line.text.length), 0);
  const size = { lines: chunk.lines.length, characters };
  sizes.set(chunk, size);
  return size;
}

export function comparePlaces(a: Place, b: Place): number {
  return a.attempt - b.attempt || a.n - b.n;
}

export function isAt(line: ShownLine, place: Place): boolean {
  if (line.attempt !== place.attempt) return false;
  return line.kind === "gap" ? place.n >= line.n && place.n < line.n + line.count : line.n === place.n;
}

const isWithin = (page: LogPage, place: Place) => page.lines.some((line) => isAt(line, place));

const isGone = (error: unknown) => error instanceof ApiError && error.code === "not_found";
