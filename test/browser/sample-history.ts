import type { AgentType } from "../../contract/agent.ts";
import type { RunErrorCode } from "../../contract/run.ts";
import type { Context } from "../../core/context.ts";
import { derivedId } from "../../core/id.ts";
import { bySchedule } from "../../core/run/asked.ts";
import { claimNew } from "../../core/run/claim.ts";
import { redeem } from "../../core/run/redeem.ts";
import { complete } from "../../core/run/report.ts";
import { ticketOf } from "../../core/workspace/deployment-key.ts";
import { modelCall } from "../support/runner.ts";
import type { Stack } from "../support/stack.ts";
import { printSample, startRun, twoCalls } from "./log-support.ts";

const day = 86_400_000;

interface SampleTask {
  id: string;
  agentType: AgentType;
  /** One run in so many fails; 0: none does. */
  failsEach: number;
}

/** A workspace as it looks after a month of use, for pictures of the console. Gives the ids of two runs to look at. */
export async function sampleHistory(stack: Stack): Promise<{ running: string; done: string; failed: string }> {
  const { client } = stack;
  const store = async (agentType: AgentType, kind: "anthropicapikey" | "openaikey", value: string) => {
    await client.putCredential({ params: { agentType }, body: { kind, value, force: true } });
    const accepted = { check: "accepted", checkedAt: new Date().toISOString() } as const;
    await stack.ctx.table.entities.credential.patch({ workspaceId: stack.workspaceId, agentType }).set(accepted).go();
  };
  await store("claude-runner", "anthropicapikey", "sk-ant-api03-sample-of-a-credential-7Qx2");
  await store("codex-runner", "openaikey", "sk-proj-sample-of-a-credential-9fKd");
  const values = {
    SLACK_CHANNEL: "#team-standup",
    PLAUSIBLE_SITE: "shop.example.com",
    STAGING_URL: "https://s.example",
  };
  await client.createParameterStore({ body: { name: "staging", values } });
  await client.createParameterStore({ body: { name: "reports", encrypted: false, values: { LOCALE: "sv-SE" } } });
  await client.createKey({ body: { name: "ci", role: "member", expiresInDays: 90 } });
  await client.createKey({ body: { name: "grafana", role: "viewer" } });
  const tasks = await sampleTasks(stack);
  for (let age = 29; age >= 1; age--) {
    for (const [index, task] of tasks.entries()) {
      if ((age * 7 + index * 3) % (index + 2) < 2) await pastRun(stack, task, age, index);
    }
  }
  const [review, updater] = tasks as [SampleTask, SampleTask];
  return {
    failed: await failedRun(stack, updater.id),
    done: await doneRun(stack, review.id),
    running: await runningRun(stack, review.id),
  };
}

async function sampleTasks({ client }: Stack): Promise<SampleTask[]> {
  const source = { sourceUrl: "https://github.com/acme/shop" };
  const prompt = "Do what the description says, and end with a summary.";
  const bodies = [
    {
      name: "Code review assistant",
      description: "Reviews open pull requests and flags bugs and security concerns",
      schedule: { type: "cron", preset: "weekdays-9am", timezone: "Europe/Stockholm" },
      notificationEmail: "team@acme.example",
    },
    {
      name: "Dependency updater",
      description: "Opens update pull requests after the tests pass",
      schedule: { type: "cron", preset: "weekly-monday-9am", timezone: "Europe/Stockholm" },
      agentType: "codex",
    },
    {
      name: "Nightly report",
      description: "Yesterday's figures",
      schedule: { type: "cron", expression: "30 2 * * *" },
    },
    { name: "Test writer", description: "Tests for what changed", schedule: { type: "cron", preset: "daily-9am" } },
    { name: "Data migration", description: "By hand, once the backup is done", schedule: { type: "manual" } },
  ] as const;
  const fails = [9, 4, 0, 6, 0];
  const made: SampleTask[] = [];
  for (const [index, body] of bodies.entries()) {
    const { id, agentType } = await client.createTask({ body: { prompt, ...source, ...body } });
    made.push({ id, agentType, failsEach: fails[index] ?? 0 });
  }
  return made;
}

/** A run of a past day, through the domain's own steps at that day's time. */
async function pastRun(stack: Stack, task: SampleTask, age: number, index: number): Promise<void> {
  const at = (minutes: number): Context => {
    const time = Math.floor(Date.now() / day) * day - age * day + (6 + index) * 3_600_000 + minutes * 60_000;
    return { ...stack.ctx, now: () => new Date(time) };
  };
  const { workspaceId } = stack;
  const { data: row } = await stack.ctx.table.entities.task.get({ workspaceId, taskId: task.id }).go();
  if (!row) throw new Error("The sample task is gone.");
  const slot = at(0).now().toISOString();
  const runId = derivedId("run", new Date(slot), [task.id, slot]);
  const claim = await claimNew(at(0), row, { runId, trigger: "CRON", slot, requestedBy: bySchedule }, "dispatcher");
  if (claim.kind !== "claimed") throw new Error(`The sample run was not claimed: ${claim.kind}`);
  const order = await redeem(at(1), runId, await ticketOf(stack.ctx, runId, 1));
  const failed = task.failsEach > 0 && (age + index) % task.failsEach === 0;
  const code: RunErrorCode = age % 2 ? "MAX_TURNS" : "CLONE_FAILED";
  const calls = sampleCalls(task.agentType, 4 + ((age * 5 + index) % 9), at(2).now());
  await complete(at(2 + ((age * 3 + index) % 11)), runId, order.claimToken, {
    outcome: failed ? "FAILED" : "DONE",
    ...(failed ? { error: { code } } : { result: "Done." }),
    turns: calls.length,
    calls,
  });
}

function sampleCalls(agentType: AgentType, count: number, at: Date) {
  const model =
    agentType === "codex-runner"
      ? { provider: "openai" as const, model: "gpt-5.5" }
      : { provider: "anthropic" as const, model: "claude-sonnet-4-5" };
  return Array.from({ length: count }, (_, index) =>
    modelCall(index + 1, {
      ...model,
      at: at.toISOString(),
      inputTokens: 2_000 + index * 700,
      outputTokens: 600 + index * 90,
      cacheReadTokens: 20_000 + index * 4_000,
    }),
  );
}

async function doneRun(stack: Stack, taskId: string): Promise<string> {
  const run = await startRun(stack, taskId);
  await printSample(run);
  await run.complete({ turns: 12, calls: twoCalls, result: sampleResult });
  return run.id;
}

async function failedRun(stack: Stack, taskId: string): Promise<string> {
  const run = await startRun(stack, taskId);
  await run.print([
    { kind: "system", text: "Cloning https://github.com/acme/shop" },
    {
      kind: "error",
      text: "The repository could not be cloned: github.com asks for a git token, or refuses the one it got.",
    },
  ]);
  const message = "The repository could not be cloned: github.com asks for a git token, or refuses the one it got.";
  await run.complete({ outcome: "FAILED", error: { code: "CLONE_FAILED", message }, result: undefined });
  return run.id;
}

async function runningRun(stack: Stack, taskId: string): Promise<string> {
  const run = await startRun(stack, taskId);
  await printSample(run);
  await run.runner.progress(twoCalls);
  return run.id;
}

const sampleResult = `Reviewed **3** open pull requests.

| pull request | findings | most serious |
| --- | --- | --- |
| #412 Cart totals | 2 | the discount is rounded before it is applied |
| #415 Login throttle | 1 | the counter is never reset |
| #417 Docs | 0 | |

1. \`src/cart.ts:42\`: two totals are off by a cent; round at the end.
2. \`src/login.ts:18\`: reset the counter after a successful login.
`;
