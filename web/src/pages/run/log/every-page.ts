import type { LogPage } from "../../../../../contract/log.ts";
import { mostLines, type ReadPage } from "./log-window.ts";

/** Every page of a log from its beginning to what is there now, each with the cursor that leads to it. */
export async function* everyPage(
  read: ReadPage,
  signal: AbortSignal,
): AsyncGenerator<{ page: LogPage; cursor: string | null }> {
  let cursor: string | null = null;
  for (;;) {
    const query: Parameters<ReadPage>[0] =
      cursor === null ? { from: "head", limit: mostLines } : { cursor, limit: mostLines };
    const page: LogPage = await read(query, signal);
    yield { page, cursor };
    const atEnd = page.lines.length === 0 && page.nextCursor === cursor;
    if (page.complete || page.expired || page.nextCursor === null || atEnd) return;
    cursor = page.nextCursor;
  }
}

/** How far a walk through the whole log has come. `total` is null while it cannot be known. */
export interface Progress {
  lines: number;
  total: number | null;
}

/** How many lines a log has, where its last page tells: the numbers of a single attempt. */
export async function countLines(read: ReadPage, signal: AbortSignal): Promise<number | null> {
  const page = await read({ from: "tail", limit: 1 }, signal);
  const last = page.lines.findLast((line) => line.kind !== "gap");
  return last?.attempt === 1 ? last.n : null;
}
