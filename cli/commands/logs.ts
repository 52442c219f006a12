import { type Command, Option } from "commander";
import type { LogPage } from "../../contract/log.ts";
import { action, type Context, type Shell } from "../context.ts";
import { findRun } from "../find.ts";
import { expiredWords, follow, forPeople, linesForPrograms } from "../follow.ts";
import { jsonText } from "../format.ts";
import { logPrinter } from "../log-printer.ts";
import { numberUpTo } from "../number.ts";
import { widthOf } from "../terminal.ts";

interface LogsFlags {
  follow?: true;
  tail?: number;
  full?: true;
}

const examples = `
With -f the exit code tells how the run ended, and --json prints one JSON object a line.

Examples:
  errand logs nightly -f
  errand logs nightly --tail 20
  errand logs run_01J9ZK3M4N5P6Q7R8S9T0V1W2X --full`;

export function addLogs(program: Command, shell: Shell): void {
  program
    .command("logs")
    .description("show a run's log")
    .argument("<run>", "a run's id, or a task's name for its latest run")
    .option("-f, --follow", "go on until the run has ended, then show its result")
    .addOption(
      new Option("--tail <n>", "only the last lines, up to 1000").argParser(numberUpTo(1000)).conflicts("follow"),
    )
    .option("--full", "show what tools were given and what they answered in full")
    .addHelpText("after", examples)
    .action(action<[string], LogsFlags>(shell, showLogs));
}

async function showLogs(context: Context, flags: LogsFlags, reference: string) {
  const runId = await findRun(context.client, reference);
  const full = flags.full === true;
  if (flags.follow) return follow(context, runId, context.json ? linesForPrograms(context) : forPeople(context, full));
  const pages = flags.tail === undefined ? allPages(context, runId) : lastPage(context, runId, flags.tail);
  await (context.json ? printJson(context, pages) : printLines(context, pages, full));
  return undefined;
}

/** The pages there are now, from the first line on. */
async function* allPages({ client }: Context, runId: string): AsyncGenerator<LogPage> {
  let cursor: string | undefined;
  for (;;) {
    const page = await client.getRunLogs({ params: { runId }, query: { cursor, limit: 1000 } });
    yield page;
    // The same cursor means that nothing follows yet; an empty page with another one does not.
    if (page.complete || page.nextCursor === null || page.nextCursor === cursor) return;
    cursor = page.nextCursor;
  }
}

async function* lastPage({ client }: Context, runId: string, limit: number): AsyncGenerator<LogPage> {
  yield await client.getRunLogs({ params: { runId }, query: { from: "tail", limit } });
}

async function printLines(context: Context, pages: AsyncIterable<LogPage>, full: boolean): Promise<void> {
  const { colors, stdout } = context.terminal;
  const printer = logPrinter(context.print, { colors, width: widthOf(stdout), full });
  let last: LogPage | undefined;
  for await (const page of pages) {
    printer.add(page.lines);
    last = page;
  }
  printer.end();
  if (last?.expired) context.note(expiredWords(last.expiredAt));
  else if (!last?.complete) context.note("The run goes on; -f shows what comes.");
}

/** All pages as one, in the API's own shape. */
async function printJson(context: Context, pages: AsyncIterable<LogPage>): Promise<void> {
  let whole: LogPage | undefined;
  for await (const page of pages) {
    if (whole) {
      whole.lines.push(...page.lines);
      const { lines, previousCursor, lost } = whole;
      whole = { ...page, lines, previousCursor, lost: lost + page.lost };
    } else whole = page;
  }
  context.print(jsonText(whole, 2));
}
