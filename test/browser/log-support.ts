import {
  CloudWatchLogsClient,
  CreateLogStreamCommand,
  type InputLogEvent,
  PutLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import type { LogLine } from "../../contract/log.ts";
import type { Run } from "../../contract/run.ts";
import type { CompleteInput } from "../../contract/work-order.ts";
import { inContainer, modelCall, type PlayedRunner, playRunner } from "../support/runner.ts";
import type { Stack } from "../support/stack.ts";

const batchSize = 2_500;

/** A run whose container is played by the test: it works until `complete`, and `print` writes its log. */
export interface LoggedRun {
  id: string;
  runner: PlayedRunner;
  /** Writes lines as the container's log driver does; numbers and times are filled in where they are left out. */
  print: (lines: (Partial<LogLine> & { text: string })[]) => Promise<void>;
  complete: (input?: Partial<CompleteInput>) => Promise<Run>;
}

/** Starts a run of the task and redeems its ticket. */
export async function startRun(stack: Stack, taskId: string): Promise<LoggedRun> {
  const { id } = await stack.client.runTask({ params: { taskId } });
  const runner = await playRunner(stack, id);
  const stream = await inContainer(stack, id, id);
  const client = new CloudWatchLogsClient();
  const where = { logGroupName: stack.ctx.config.logGroup, logStreamName: stream };
  await client.send(new CreateLogStreamCommand(where));
  let n = 0;
  const start = Date.now();
  const put = (logEvents: InputLogEvent[]) => client.send(new PutLogEventsCommand({ ...where, logEvents }));
  return {
    id,
    runner,
    async print(lines) {
      const events = lines.map((line) => {
        const whole = { t: new Date(start + n).toISOString(), kind: "assistant", ...line, n: line.n ?? n + 1 };
        n = whole.n;
        return { timestamp: Date.now(), message: JSON.stringify(whole) };
      });
      for (let at = 0; at < events.length; at += batchSize) await put(events.slice(at, at + batchSize));
    },
    async complete(input = {}) {
      await runner.complete({ result: "Done.", lastLine: n, ...input });
      return stack.client.getRun({ params: { runId: id } });
    },
  };
}

/** A run with what a real one prints: words, tool calls, outputs long and short, an error. */
export async function printSample(run: LoggedRun): Promise<void> {
  const output = Array.from({ length: 60 }, (_, n) => `src/module-${n}.ts:${n * 7}: warning unused variable`);
  await run.print([
    { kind: "system", text: "Cloning https://github.com/example/shop" },
    { kind: "system", text: "Claude Code 2.1.328, model claude-sonnet-4-5" },
    { text: "I will look at the failing tests first, then at what changed since they last passed." },
    { kind: "tool_call", tool: "Bash", text: "npm test" },
    { kind: "tool_result", tool: "Bash", text: output.join("\n") },
    { kind: "tool_call", tool: "Read", text: '{"file_path":"/work/repository/src/cart.ts"}' },
    {
      kind: "tool_result",
      tool: "Read",
      text: 'import { Price } from "./price.ts";\n\nexport function total(items: Price[]): number {\n  return items.reduce((sum, item) => sum + item.amount, 0);\n}\n',
    },
    {
      text: "The rounding happens before the discount is applied. That is why two of the totals are off by a cent.\n\nI will:\n  1. move the rounding to the end,\n  2. add a test for it.",
    },
    { kind: "tool_call", tool: "Bash", text: "git diff --stat" },
    {
      kind: "tool_result",
      tool: "Bash",
      text: " src/cart.ts | 4 \u001b[32m++\u001b[31m--\u001b[m\n\u001b[1;30;42m PASS \u001b[0m \u001b[2mcart\u001b[0m \u001b[38;5;226mslow\u001b[0m",
    },
    { kind: "error", text: "npm ERR! Test failed. See above for more details." },
    { text: "One test still fails: it expects the old rounding. I change it and run everything again." },
  ]);
}

/** Lines of a long log, told apart by their numbers. */
export function longLog(count: number, from = 1): { n: number; kind: LogLine["kind"]; text: string; tool?: string }[] {
  return Array.from({ length: count }, (_, index) => {
    const n = from + index;
    if (n % 10 === 3) return { n, kind: "tool_call", tool: "Bash", text: `npm run step -- --number ${n}` };
    if (n % 10 === 4) return { n, kind: "tool_result", tool: "Bash", text: `step ${n}\nok\ntook ${n % 97} ms` };
    const words = "and it goes on for a while so that some of the lines need a second row".slice(0, (n * 13) % 71);
    return { n, kind: "assistant", text: `This is line ${n} of the log ${words}` };
  });
}

/** The run ended this many days ago. */
export async function endedDaysAgo(stack: Stack, runId: string, days: number): Promise<void> {
  const endedAt = new Date(Date.now() - days * 86_400_000).toISOString();
  await stack.ctx.table.entities.run.patch({ runId }).set({ endedAt }).go();
}

/** What two model calls of a small run look like. */
export const twoCalls = [
  modelCall(1, { inputTokens: 1200, outputTokens: 340, cacheReadTokens: 18_000 }),
  modelCall(2, { inputTokens: 2300, outputTokens: 890, cacheReadTokens: 21_500, durationMs: 4_200 }),
];
