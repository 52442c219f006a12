import { setTimeout as wait } from "node:timers/promises";
import { runErrors } from "../../contract/run.ts";
import { judge } from "./agents/bash-rules.ts";
import { claude, JUDGE } from "./agents/claude.ts";
import { codex } from "./agents/codex.ts";
import { runnerApiOf } from "./api.ts";
import { readEnvironment } from "./env.ts";
import { ClaimGone, type Outcome, redeem } from "./lease.ts";
import { createLog, type Log, type LogEntry } from "./log.ts";
import { outcomeOfFailure } from "./outcome.ts";
import { createRedactor } from "./redact/redactor.ts";
import { watchRun } from "./stop.ts";
import { containerArn } from "./task-arn.ts";
import { newPass, work } from "./work.ts";

/** Exit codes: the outcome was reported; it was not; the machine took the container away. */
const REPORTED = 0;
const NOT_REPORTED = 1;
const TAKEN_AWAY = 143;
/** Milliseconds after SIGTERM within which the runner is gone; ECS kills it after 30 s. */
const SHUTDOWN_MS = 18_000;

async function main(terminated: AbortSignal): Promise<number> {
  const env = readEnvironment(process.env);
  const clock = Date.now;
  let shutdownAt = Number.POSITIVE_INFINITY;
  terminated.addEventListener("abort", () => {
    shutdownAt = clock() + SHUTDOWN_MS;
  });

  const taskArn = await containerArn(env.metadataUri);
  const { runId, ticket } = env;
  const api = runnerApiOf(env, clock);
  const lease = await redeem({ api, runId, ticket, taskArn, clock, wait, giveUp: terminated });
  const { credential, gitToken, environment } = lease.order.secrets;
  const pass = newPass();
  const given = [credential.value, gitToken ?? "", ...Object.values(environment)];
  const secrets = [...given, lease.order.claimToken, env.ticket, pass];
  const redactor = createRedactor(secrets);
  const log = createLog({ print: (line) => process.stdout.write(line), clock, redactor });
  let progressText: string | undefined;
  const onEntry = (entry: LogEntry) => {
    log.write(entry);
    if (entry.kind === "assistant" || entry.kind === "tool_call") progressText = headline(redactor.redact(entry.text));
  };
  const watch = watchRun({ lease, progressText: () => progressText, terminated, clock });
  const agent = env.agent === "claude" ? claude : codex;
  const outcome = await work({ env, agent, lease, watch, log, redactor, pass, clock, onEntry }).catch((error) =>
    outcomeOfFailure(error, watch.cause, redactor.redact),
  );
  watch.end();
  if (watch.cause === "CLAIM_GONE") return NOT_REPORTED;
  if (watch.cause === "SHUTDOWN" && outcome.outcome !== "DONE") {
    log.write({ kind: "system", text: "The container is being taken away; the run starts anew." });
    await lease.beat(progressText);
    return TAKEN_AWAY;
  }
  conclude(log, outcome);
  const reported = await lease.complete({ ...outcome, lastLine: log.lastLine }, () => shutdownAt);
  return reported ? REPORTED : NOT_REPORTED;
}

/** The first line of a text, as long as a list shows it. */
const headline = (text: string) => (text.trim().split("\n")[0] as string).slice(0, 200).toWellFormed();

function conclude(log: Log, { outcome, error }: Outcome) {
  if (error) log.write({ kind: "error", text: error.message ?? runErrors[error.code][0] });
  else log.write({ kind: "system", text: outcome === "DONE" ? "The agent is done." : "The run was cancelled." });
}

/** Answers a CLI that asks whether it may run a command: see `agents/claude.ts`. */
async function judgeCommand(rules: string): Promise<number> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  const denial = judge(Buffer.concat(chunks).toString(), JSON.parse(Buffer.from(rules, "base64url").toString()));
  if (denial) process.stdout.write(denial);
  return 0;
}

const [, , task, rules = ""] = process.argv;
const terminated = new AbortController();
process.on("SIGTERM", () => terminated.abort());
process.on("SIGINT", () => terminated.abort());
(task === JUDGE ? judgeCommand(rules) : main(terminated.signal))
  .catch((error: unknown) => {
    process.stderr.write(`${error instanceof ClaimGone ? "The run is not this runner's. " : ""}${error}\n`);
    return NOT_REPORTED;
  })
  .then((code) => process.exit(code));
