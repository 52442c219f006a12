import type { Client } from "../../contract/client.ts";
import type { LogPage } from "../../contract/log.ts";
import { closePeriods } from "../../core/cost/close.ts";
import { dayAfter, dayOf, daysBetween } from "../../core/time.ts";
import { ensureWorkspace } from "../../core/workspace/workspace.ts";
import { names } from "../../local/deployment.ts";
import { fillWithTasks, spendOn } from "../../test/support/fill.ts";
import { playRunner } from "../../test/support/runner.ts";
import type { Stack } from "../../test/support/stack.ts";
import { startBench } from "../support/bench.ts";
import { type Recorder, startRecorder } from "../support/recorder.ts";
import { median, milliseconds, type Row, timed, times } from "../support/row.ts";

const warmUp = 30;
const turns = 60;
const most = 1.5;
const tasks = { few: 10, many: 10_000, ofYears: 200 };
const lines = { few: 100, many: 1_000_000 };
const perPage = { rows: 10, lines: 100 };

/** What prints a log of so many lines, then waits for its end: a container image. */
function printer(count: number) {
  const line =
    '{\\"n\\":%d,\\"t\\":\\"2026-11-01T00:00:00.000Z\\",\\"kind\\":\\"assistant\\",\\"text\\":\\"Line %d of many.\\"}\\n';
  const program = `BEGIN { for (n = 1; n <= ${count}; n++) printf "${line}", n, n; fflush(); system("sleep 1000") }`;
  return { command: ["awk", program], env: { PATH: "/usr/bin:/bin" } };
}

/** Pages of ten among few rows and among many, wherever they are in the list; of a short log and a long one. */
export default async function pages(): Promise<Row[]> {
  const recorder = await startRecorder();
  const deployment = await startBench({
    byItself: "containers",
    beforeTable: recorder.before,
    images: { [names.image("claude")]: printer(lines.few), [names.image("codex")]: printer(lines.many) },
  });
  const rows = [...(await lists(deployment, recorder)), await logs(deployment, recorder)];
  await deployment.close();
  await recorder.close();
  return rows;
}

async function lists(deployment: Stack, recorder: Recorder): Promise<Row[]> {
  const { ctx, workspaceId } = deployment;
  const small = await ensureWorkspace(ctx, "small");
  await fillWithTasks(deployment, small, tasks.few);
  await fillWithTasks(deployment, workspaceId, tasks.many);
  const [few, many] = [await deployment.clientAs("admin", small), deployment.client];
  return [
    await list("tasks", recorder, (client, query) => client.listTasks({ query }), few, many),
    await list("runs", recorder, (client, query) => client.listRuns({ query }), few, many),
    await dashboard(recorder, few, many),
    await costs(deployment, recorder),
  ];
}

async function dashboard(recorder: Recorder, few: Client, many: Client): Promise<Row> {
  recorder.clear();
  await many.getOverview();
  const operations = recorder.operations();
  return compare(
    `dashboard, ${tasks.few} → ${tasks.many.toLocaleString("en")} tasks`,
    () => few.getOverview(),
    [() => many.getOverview()],
    `${operations.length} AWS calls (${operations.join(", ")}).`,
  );
}

/** Some tasks with runs on each of seven days, and many with runs in each of 36 months. */
async function costs(deployment: Stack, recorder: Recorder): Promise<Row> {
  const { ctx } = deployment;
  const today = dayOf(ctx.now());
  const [week, years] = [await ensureWorkspace(ctx, "week"), await ensureWorkspace(ctx, "years")];
  const days = daysBetween(dayAfter(today, -1094), dayAfter(today, -1));
  await spendOn(deployment, week, days.slice(-7), tasks.few);
  await spendOn(
    deployment,
    years,
    days.filter((_, n) => n % 15 === 0),
    1000,
  );
  for (const workspaceId of [week, years]) await closePeriods(ctx, workspaceId);
  const [ofWeek, ofYears] = [await deployment.clientAs("viewer", week), await deployment.clientAs("viewer", years)];
  const ask = (client: Client, from: string) => client.getCosts({ query: { from, to: today } });
  recorder.clear();
  await ask(ofYears, days[0] ?? today);
  const operations = recorder.operations();
  return compare(
    `costs, ${tasks.few} tasks in a week → ${tasks.ofYears} tasks in three years`,
    () => ask(ofWeek, dayAfter(today, -6)),
    [() => ask(ofYears, days[0] ?? today), () => ask(ofYears, dayAfter(today, -6))],
    `Three years: ${operations.length} AWS calls (${operations.join(", ")}). The three years and their last week; the slower counts.`,
  );
}

type GetPage = (client: Client, query: { limit: number; cursor?: string }) => Promise<{ nextCursor: string | null }>;

async function list(what: string, recorder: Recorder, page: GetPage, few: Client, many: Client): Promise<Row> {
  const limit = perPage.rows;
  let cursor = "";
  for (let n = 0; n < 60; n++) {
    const answer = await page(many, { limit, ...(cursor && { cursor }) });
    if (answer.nextCursor === null) throw new Error("The list is too short.");
    cursor = answer.nextCursor;
  }
  recorder.clear();
  await page(many, { limit, cursor });
  const operations = recorder.operations();
  return compare(
    `list of ${what}, ${tasks.few} → ${tasks.many.toLocaleString("en")}`,
    () => page(few, { limit }),
    [() => page(many, { limit }), () => page(many, { limit, cursor })],
    `A page of ${limit}: ${operations.length} AWS calls (${operations.join(", ")}). The first page and one 600 rows on; the slower counts.`,
  );
}

async function logs(deployment: Stack, recorder: Recorder): Promise<Row> {
  const short = await printedRun(deployment, "claude", lines.few);
  const long = await printedRun(deployment, "codex", lines.many);
  const { client, aws } = deployment;
  const page = (runId: string, query: { cursor?: string; from?: "head" | "tail" }) =>
    client.getRunLogs({ params: { runId }, query: { limit: perPage.lines, ...query } });
  let back: LogPage = await page(long, { from: "tail" });
  for (let n = 0; n < 60 && back.previousCursor !== null; n++) back = await page(long, { cursor: back.previousCursor });
  const middle = back.previousCursor ?? "";
  recorder.clear();
  aws.calls.clear();
  const { lines: shown } = await page(long, { cursor: middle });
  if (shown.length !== perPage.lines) throw new Error(`A page of ${shown.length} lines.`);
  const calls = [...recorder.operations(), ...aws.calls.list().map(({ operation }) => operation)];
  return compare(
    `log, ${lines.few} → ${lines.many.toLocaleString("en")} lines`,
    () => page(short, { from: "head" }),
    [() => page(long, { from: "head" }), () => page(long, { from: "tail" }), () => page(long, { cursor: middle })],
    `A page of ${perPage.lines}: ${calls.length} AWS calls (${calls.join(", ")}). Head, tail and 6,000 lines before the tail; the slowest counts.`,
  );
}

/** A run that has ended and printed so many lines. */
async function printedRun(deployment: Stack, agent: "claude" | "codex", count: number): Promise<string> {
  const { client, ctx } = deployment;
  const kind = agent === "claude" ? "anthropicapikey" : "openaikey";
  await client.putCredential({ params: { agentType: agent }, body: { kind, value: "sk-the-key-of-the-bench" } });
  const task = await client.createTask({ body: { name: `log ${agent}`, prompt: "x", agentType: agent } });
  const { id } = await client.runTask({ params: { taskId: task.id } });
  const runner = await playRunner(deployment, id);
  for (;;) {
    const tail = await client.getRunLogs({ params: { runId: id }, query: { limit: 1, from: "tail" } });
    const line = tail.lines.at(-1);
    if (line?.n === count) break;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  await runner.complete({ lastLine: count });
  const { data } = await ctx.table.entities.run.get({ runId: id }).go();
  if (data?.status !== "DONE") throw new Error("The run has not ended.");
  return id;
}

/** The page of the short one and each page of the long one by turns; the slowest of the latter counts. */
async function compare(
  what: string,
  short: () => Promise<unknown>,
  long: (() => Promise<unknown>)[],
  note: string,
): Promise<Row> {
  const ways = [short, ...long].map((page) => ({ page, all: [] as number[] }));
  for (let turn = -warmUp; turn < turns; turn++) {
    for (const { page, all } of ways) {
      const ms = await timed(page);
      if (turn >= 0) all.push(ms);
    }
  }
  const [floor = Number.NaN, ...measured] = ways.map(({ all }) => median(all));
  const slowest = Math.max(...measured);
  return {
    what,
    measured: milliseconds(slowest),
    floor: `${milliseconds(floor)}: a page of the short one`,
    value: times(slowest / floor),
    target: `constant: ≤ ${most} ×`,
    ok: slowest / floor <= most,
    notes: [note, `${turns} of each by turns; median.`],
  };
}
