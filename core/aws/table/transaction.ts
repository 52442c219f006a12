import { setTimeout as pause } from "node:timers/promises";
import { conflict } from "../client.ts";

interface Outcome {
  canceled: boolean;
  data: unknown;
}
interface Transaction {
  go: () => Promise<Outcome>;
}

/** Tries of a transaction that meets others, and the milliseconds before the second one: they double with each. */
const tries = 6;
const firstPauseMs = 15;

/** Whether it did nothing because another transaction was at one of its rows: nobody's condition has failed. */
function metAnother({ canceled, data }: Outcome): boolean {
  return canceled && (data as { code?: string }[]).some(({ code }) => code === conflict);
}

/**
 * Tries a transaction again while it meets others, and throws when that does not help: a caller who sees it refused can
 * rely on it that a condition failed.
 */
export function persistent<T extends Transaction>(transaction: T): T {
  const go = async (): Promise<Outcome> => {
    for (let left = tries - 1; ; left -= 1) {
      const outcome = await transaction.go();
      if (!metAnother(outcome)) return outcome;
      if (left === 0) throw new Error(`A transaction met others ${tries} times.`);
      // Spread out, so that those who met do not meet again.
      await pause(firstPauseMs * 2 ** (tries - 1 - left) * (0.5 + Math.random()));
    }
  };
  return { ...transaction, go };
}
