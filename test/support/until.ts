import { setTimeout as wait } from "node:timers/promises";

/** Waits until `look` answers something that is there, and answers it. A look that throws is tried again. */
export async function until<T>(
  look: () => Promise<T | undefined | false> | T | undefined | false,
  ms = 20_000,
): Promise<T> {
  const end = Date.now() + ms;
  let problem: unknown;
  for (;;) {
    try {
      const seen = await look();
      if (seen !== undefined && seen !== false) return seen;
      problem = undefined;
    } catch (error) {
      problem = error;
    }
    if (Date.now() > end) throw new Error(`Waited ${ms} ms in vain.`, { cause: problem });
    await wait(20);
  }
}
