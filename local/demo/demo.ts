import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pc from "picocolors";
import type { Client } from "../../contract/client.ts";
import { isTerminal, type Run } from "../../contract/run.ts";
import { inCommand, shortened } from "../config.ts";
import { readMail } from "../mail-file.ts";
import { costText, durationText, logText, rows, statusText, type Terminal } from "../terminal.ts";
import { demoKeys } from "./key.ts";
import { sampleUrl } from "./sample-repository.ts";
import { demoPrompt } from "./script.ts";

export interface DemoOptions {
  client: Client;
  terminal: Terminal;
  /** The bare sample repository. */
  repository: string;
  mailDir: string;
  /** Ends the watching; the run itself goes on. */
  signal: AbortSignal;
}

const pollMs = 200;
const mailWaitMs = 90_000;

/** True where nobody has made or run anything yet. */
export async function isUntouched(client: Client): Promise<boolean> {
  const [tasks, runs] = await Promise.all([
    client.listTasks({ query: { limit: 1 } }),
    client.listRuns({ query: { limit: 1 } }),
  ]);
  return tasks.items.length === 0 && runs.items.length === 0;
}

/** Does the main job once, as any client would: a credential, a task, a run, its log as it comes, its outcome. */
export async function runDemo(options: DemoOptions): Promise<Run> {
  const { client, terminal, signal } = options;
  terminal.line(pc.bold("Sample task") + pc.dim("  a real agent and a scripted model: no key, no account, no cost"));
  await ensureCredential(client);
  const task = await client.createTask({
    body: {
      name: "demo",
      description: "Corrects a bug in the sample repository",
      prompt: demoPrompt,
      sourceUrl: sampleUrl,
      notificationEmail: "you@example.com",
      timeoutMinutes: 10,
    },
  });
  terminal.line(pc.dim(`  “${demoPrompt.split("\n")[0]}” in ${sampleUrl}`));
  terminal.line();
  const started = await client.runTask({ params: { taskId: task.id }, idempotencyKey: `demo-${task.id}` });
  await follow(options, started.id);
  const run = await settled(options, started.id);
  const mail = await mailOf(options.mailDir, run.id);
  terminal.line();
  terminal.line(outcome(run, options.repository, mail));
  terminal.line();
  signal.throwIfAborted();
  return run;
}

async function ensureCredential(client: Client): Promise<void> {
  const { items } = await client.listCredentials();
  if (items.some(({ agentType }) => agentType === "claude-runner")) return;
  await client.putCredential({
    params: { agentType: "claude-runner" },
    body: { kind: "anthropicapikey", value: demoKeys.claude },
  });
}

/** Prints log lines as they come until the run has ended and its log is read. */
async function follow({ client, terminal, signal }: DemoOptions, runId: string): Promise<void> {
  let cursor: string | undefined;
  for (;;) {
    const page = await client.getRunLogs(
      { params: { runId }, query: { limit: 200, ...(cursor && { cursor }) } },
      signal,
    );
    for (const line of page.lines) terminal.line(logText(line));
    cursor = page.nextCursor ?? cursor;
    if (page.complete) return;
    await sleep(pollMs, undefined, { signal });
  }
}

/** The run when it has ended and its e-mail has gone out or was given up. */
async function settled({ client, signal }: DemoOptions, runId: string): Promise<Run> {
  const until = performance.now() + mailWaitMs;
  for (;;) {
    const run = await client.getRun({ params: { runId } }, signal);
    const mailUnderWay = run.email.state === "pending" || run.email.state === "sending";
    if (isTerminal(run.status) && (!mailUnderWay || performance.now() > until)) return run;
    await sleep(pollMs, undefined, { signal });
  }
}

async function mailOf(folder: string, runId: string): Promise<string | undefined> {
  const files = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(".eml")).sort();
  for (const name of files.reverse()) {
    if ((await readMail(join(folder, name))).includes(runId)) return join(folder, name);
  }
  return undefined;
}

function outcome(run: Run, repository: string, mail: string | undefined): string {
  const facts: [string, string][] = [
    ["Status", statusText(run)],
    ["Duration", durationText(run.durationMs)],
    ["Cost", `${costText(run.costUsd)} ${pc.dim("by list prices for the scripted model's tokens; nobody is billed")}`],
    ["E-mail", mail === undefined ? (run.email.error ?? `not sent yet (${run.email.state})`) : shortened(mail)],
  ];
  if (run.error) facts.splice(1, 0, ["Reason", `${run.error.message} ${run.error.nextStep}`]);
  if (run.result) facts.splice(1, 0, ["Result", run.result.replaceAll("\n", " ")]);
  if (run.status === "DONE") facts.push(["Change", `git -C ${inCommand(repository)} show main`]);
  return rows(facts);
}
