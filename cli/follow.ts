import { setTimeout as pause } from "node:timers/promises";
import { ApiError, UnreachableError } from "../contract/client.ts";
import type { ShownLine } from "../contract/log.ts";
import { labelOf, type Run } from "../contract/run.ts";
import type { Context } from "./context.ts";
import { CliError, type ExitCode, exitCodeOfRun, exitCodes } from "./exit.ts";
import { jsonText } from "./format.ts";
import { logPrinter } from "./log-printer.ts";
import { runOutcome } from "./show.ts";
import { widthOf } from "./terminal.ts";

/** Milliseconds between two looks at a quiet log, and between two tries to reach a server that is away. */
const quiet = { first: 250, most: 2000 } as const;
const away = { first: 250, most: 8000 } as const;

export interface FollowLook {
  /** Takes each batch of lines as it comes. */
  lines(lines: readonly ShownLine[]): void;
  /** Takes the run when all its lines have been told. */
  end(run: Run): void;
}

/**
 * Tells a run's lines as they come until the log is complete, through any number of restarts of the server.
 * Ctrl-C ends the telling and leaves the run going. Answers the exit code of the run, or `interrupted`.
 */
export async function follow(context: Context, runId: string, look: FollowLook): Promise<ExitCode> {
  const stop = new AbortController();
  const interrupt = () => stop.abort();
  process.on("SIGINT", interrupt);
  try {
    await tellLines(context, runId, look, stop.signal);
    const run = await steadily(context, stop.signal, () => getRun(context, runId, stop.signal));
    look.end(run);
    return exitCodeOfRun(run.status);
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    context.note(`\nThe run goes on. See it again: errand logs ${runId} -f   Cancel it: errand cancel ${runId}`);
    return exitCodes.interrupted;
  } finally {
    process.off("SIGINT", interrupt);
  }
}

async function tellLines(context: Context, runId: string, look: FollowLook, signal: AbortSignal): Promise<void> {
  let cursor: string | undefined;
  let told: string | undefined;
  let silent = true;
  let wait: number = quiet.first;
  for (;;) {
    const query = { cursor, limit: 1000 };
    const page = await steadily(context, signal, () => context.client.getRunLogs({ params: { runId }, query }, signal));
    look.lines(page.lines);
    if (page.expired) context.note(expiredWords(page.expiredAt));
    if (page.complete || page.expired) return;
    cursor = page.nextCursor ?? cursor;
    if (page.lines.length > 0) {
      silent = false;
      wait = quiet.first;
      continue;
    }
    if (silent) {
      const run = await steadily(context, signal, () => getRun(context, runId, signal));
      const label = labelOf(run, context.terminal.now());
      if (label !== told) context.note(context.terminal.colors.dim(`${label} …`));
      told = label;
    }
    await pause(wait, undefined, { signal });
    wait = Math.min(wait * 1.5, quiet.most);
  }
}

export function expiredWords(expiredAt: string | null): string {
  return `This log was past its retention${expiredAt ? ` on ${expiredAt.slice(0, 10)}` : ""} and is gone.`;
}

function getRun({ client }: Context, runId: string, signal: AbortSignal): Promise<Run> {
  return client.getRun({ params: { runId } }, signal);
}

/** Tries until there is an answer, longer and longer apart, and says once that it does. A refusal is an answer. */
async function steadily<T>(context: Context, signal: AbortSignal, ask: () => Promise<T>): Promise<T> {
  let said = false;
  for (let wait: number = away.first; ; wait = Math.min(wait * 2, away.most)) {
    try {
      const answer = await ask();
      if (said) context.note("The server answers again.");
      return answer;
    } catch (error) {
      signal.throwIfAborted();
      const moved = context.connection.refresh();
      if (!moved && !isPassing(error)) throw error;
      if (!said) context.note("The server does not answer; the run may go on meanwhile. Trying again until it does …");
      said = true;
      if (!moved) await pause(wait, undefined, { signal });
    }
  }
}

function isPassing(error: unknown): boolean {
  if (error instanceof UnreachableError) return true;
  if (error instanceof ApiError) return error.status >= 500 || error.status === 429;
  return error instanceof CliError && error.exitCode === exitCodes.unreachable;
}

/** Lines and outcome for people on stdout. */
export function forPeople(context: Context, full: boolean): FollowLook {
  const { colors, stdout } = context.terminal;
  const printer = logPrinter(context.print, { colors, width: widthOf(stdout), full });
  return {
    lines: printer.add,
    end: (run) => {
      printer.end();
      context.print(`\n${runOutcome(context, run)}`);
    },
  };
}

/** For `run --follow --json`: the lines go to stderr, so that stdout carries the ended run and nothing else. */
export function runForPrograms(context: Context): FollowLook {
  const { colors, stderr } = context.terminal;
  const printer = logPrinter(context.note, { colors, width: widthOf(stderr), full: false });
  return {
    lines: printer.add,
    end: (run) => {
      printer.end();
      context.print(jsonText(run, 2));
    },
  };
}

/** For `logs -f --json`: each line is one JSON object on a line of stdout. */
export function linesForPrograms(context: Context): FollowLook {
  return {
    lines: (lines) => {
      for (const line of lines) context.print(jsonText(line));
    },
    end: () => undefined,
  };
}
