import { prices } from "../prices.ts";
/** One line of the table. What was measured, against what, and whether it is good enough. */
export interface Row {
  what: string;
  measured: string;
  floor: string;
  /** Measured against the floor, or what else the target is about. */
  value: string;
  target: string;
  ok: boolean;
  /** How it came about: what a reader needs to believe the number. */
  notes?: string[];
}

/** A measurement is one file in rows/; it runs in a process of its own. */
export type Measure = () => Promise<Row[]>;

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/** Milliseconds that `work` takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Runs both by turns, so that what else the machine does meets both alike. */
export async function interleaved(
  times: number,
  measured: (turn: number) => Promise<number>,
  floor: (turn: number) => Promise<number>,
): Promise<{ measured: number[]; floor: number[] }> {
  const result: { measured: number[]; floor: number[] } = { measured: [], floor: [] };
  for (let turn = 0; turn < times; turn++) {
    const measuredFirst = turn % 2 === 0;
    if (measuredFirst) result.measured.push(await measured(turn));
    result.floor.push(await floor(turn));
    if (!measuredFirst) result.measured.push(await measured(turn));
  }
  return result;
}

export const milliseconds = (value: number) => `${value < 100 ? value.toFixed(1) : Math.round(value)} ms`;
export const times = (value: number) => `${value.toFixed(2)} ×`;
export const dollars = (value: number) => `$${value.toFixed(value < 0.1 ? 4 : 2)}`;
export const kilobytes = (bytes: number) => `${Math.round(bytes / 1000)} kB`;

/** A sum of money by the price list, in dollars, against the most that it may be. */
export function priceRow(what: string, sum: number, most: number, notes: string[]): Row {
  const money = dollars(sum);
  const floor = `AWS price list, ${prices.region}`;
  return { what, measured: money, floor, value: money, target: `≤ ${dollars(most)}`, ok: sum <= most, notes };
}
