import type { Page } from "playwright-core";
import { names } from "../../local/deployment.ts";
import { type Console, startConsole } from "../../test/browser/support.ts";
import { containersOf } from "../../test/support/invariants.ts";
import { playRunner } from "../../test/support/runner.ts";
import { until } from "../../test/support/until.ts";
import { interleaved, median, milliseconds, type Row } from "../support/row.ts";

const lines = { long: 100_000, short: 200 };
const turns = 9;
/** Half of what a frame has at 60 a second. */
const most = { openMs: 300, perFrameMs: 8 };
const scrollMs = 8_000;
const longTaskMs = 50;

/** The log viewer in Chromium: how soon it shows the end of a long log, and how evenly it scrolls back through it. */
export default async function logViewer(): Promise<Row[]> {
  const site = await startConsole({
    images: { [names.image("claude")]: printing(lines.long), [names.image("codex")]: printing(lines.short) },
  });
  const long = await runOf(site, "claude", lines.long);
  const short = await runOf(site, "codex", lines.short);
  const page = await (await site.visitor()).newPage();
  await page.goto("/runs");
  await page.locator("h1").waitFor();
  for (let n = 0; n < 2; n++) for (const run of [long, short]) await open(page, run);
  const opened = await interleaved(
    turns,
    () => open(page, long),
    () => open(page, short),
  );
  await page.goto(`/runs/${long.id}`);
  const scrolled = await scroll(site, page, long);
  await site.close();
  const [measured, small] = [median(opened.measured), median(opened.floor)];
  return [
    {
      what: `log of ${lines.long} lines, from the click to its last line`,
      measured: milliseconds(measured),
      floor: `${milliseconds(small)}: a log of ${lines.short} lines`,
      value: milliseconds(measured),
      target: `≤ ${most.openMs} ms`,
      ok: measured <= most.openMs,
      notes: [`${turns} of each by turns, within the open console; median.`],
    },
    {
      what: "scrolling back through it, the longest task between two frames",
      measured: milliseconds(scrolled.longestMs),
      floor: `${longTaskMs} ms: what a person feels as a stutter`,
      value: `${milliseconds(scrolled.perFrameMs)} in all per frame`,
      target: `< ${longTaskMs} ms, ≤ ${most.perFrameMs} ms per frame`,
      ok: scrolled.longestMs < longTaskMs && scrolled.perFrameMs <= most.perFrameMs,
      notes: [
        `Processor time of the page's main thread over ${scrolled.frames} frames and ${scrolled.lines} lines, earlier pages loaded on the way.`,
      ],
    },
  ];
}

interface LogRun {
  id: string;
  lines: number;
}

/** A container that prints so many lines of a runner, and waits to be stopped. */
function printing(count: number) {
  const program = `
    const t = new Date().toISOString();
    for (let n = 1; n <= ${count}; n++) {
      const text = "This is line " + n + " of a log " + "and it goes on for a while ".repeat(n % 7);
      console.log(JSON.stringify(n % 10 === 4 ? { n, t, kind: "tool_result", tool: "Bash", text: text + "\\nsecond" } : { n, t, kind: "assistant", text }));
    }
    setInterval(() => {}, 1000);`;
  return { command: [process.execPath, "-e", program], env: { PATH: "/usr/bin:/bin" } };
}

/** A run that has ended and left this many lines. */
async function runOf({ stack }: Console, agentType: "claude" | "codex", count: number): Promise<LogRun> {
  const kind = agentType === "claude" ? "anthropicapikey" : "openaikey";
  await stack.client.putCredential({ params: { agentType }, body: { kind, value: "sk-the-key-of-the-bench" } });
  const task = await stack.createTask({ agentType });
  const { id } = await stack.client.runTask({ params: { taskId: task.id } });
  const container = await until(async () => (await containersOf(stack, id))[0]);
  const runner = await playRunner(stack, id, 1, container.taskArn);
  const tail = () => stack.client.getRunLogs({ params: { runId: id }, query: { from: "tail", limit: 1 } });
  await until(async () => (await tail()).lines[0]?.n === count, 60_000);
  await runner.complete({ lastLine: count });
  return { id, lines: count };
}

/** Milliseconds from leaving the list for a run to its last line in view. */
async function open(page: Page, run: LogRun): Promise<number> {
  const ms = await page.evaluate(
    async ({ id, lines }) => {
      const start = performance.now();
      history.pushState({}, "", `/runs/${id}`);
      dispatchEvent(new PopStateEvent("popstate"));
      for (;;) {
        await new Promise((resolve) => requestAnimationFrame(resolve));
        const view = document.querySelector("[role=log]")?.getBoundingClientRect();
        const last = document.querySelector(`[data-place='1.${lines}']`)?.getBoundingClientRect();
        if (view && last && last.top >= view.top && last.bottom <= view.bottom + 1) return performance.now() - start;
      }
    },
    { id: run.id, lines: run.lines },
  );
  await page.goBack();
  await page.getByRole("heading", { level: 1, name: "Runs" }).waitFor();
  return ms;
}

interface TraceEvent {
  name: string;
  pid: number;
  tid: number;
  /** Processor time in microseconds. */
  tdur?: number;
  args?: { name?: string };
}

/** Turns the wheel upwards in each frame, and adds up what the page's main thread did meanwhile. */
async function scroll({ browser }: Console, page: Page, run: LogRun) {
  await page.locator(`[data-place='1.${run.lines}']`).waitFor();
  await browser.startTracing(page, { categories: ["toplevel", "blink.user_timing"] });
  const frames = await page.getByRole("log").evaluate(wheelUp, scrollMs);
  const trace = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
  const tasks = mainThreadTasks(trace.traceEvents);
  const place = await page.locator("[data-place]").first().getAttribute("data-place");
  return {
    frames,
    lines: run.lines - Number(place?.split(".")[1]),
    longestMs: Math.max(...tasks),
    perFrameMs: tasks.reduce((sum, ms) => sum + ms, 0) / frames,
  };
}

/** Milliseconds of each task of the busiest page's main thread. */
function mainThreadTasks(events: TraceEvent[]): number[] {
  const mains = events.filter(({ name, args }) => name === "thread_name" && args?.name === "CrRendererMain");
  const tasksOf = ({ pid, tid }: TraceEvent) =>
    events
      .filter((event) => event.pid === pid && event.tid === tid && event.name === "ThreadControllerImpl::RunTask")
      .map(({ tdur = 0 }) => tdur / 1000);
  return mains.map(tasksOf).reduce((most, tasks) => (tasks.length > most.length ? tasks : most), []);
}

async function wheelUp(element: Element, forMs: number): Promise<number> {
  const start = performance.now();
  for (let frames = 0; ; frames += 1) {
    if (performance.now() - start > forMs) return frames;
    element.dispatchEvent(new WheelEvent("wheel", { deltaY: -300, bubbles: true }));
    element.scrollTop -= 300;
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
}
