import type { Command } from "commander";
import type { Context } from "./context.ts";
import { numberUpTo } from "./number.ts";

export interface PageFlags {
  limit?: number;
  cursor?: string;
}

/** Adds the flags of a list that comes in pages. */
export function addPageFlags(command: Command): Command {
  return command
    .option("--limit <n>", "most items to show, up to 100 (default: 50)", numberUpTo(100))
    .option("--cursor <cursor>", "go on where an earlier page ended");
}

export function pageQuery({ limit, cursor }: PageFlags) {
  return { limit, cursor };
}

/** Tells people how to see the next page; programs read `nextCursor`. */
export function moreHint(context: Context, page: { nextCursor: string | null }): void {
  if (page.nextCursor !== null && !context.json) context.note(`There are more: add --cursor ${page.nextCursor}`);
}
