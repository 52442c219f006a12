import {
  labelOf,
  type Requester,
  type Run,
  type RunInput,
  type RunStatus,
  type RunSummary,
  statusLabels,
} from "../contract/run.ts";
import type { Task } from "../contract/task.ts";
import { taskLimits } from "../contract/task-limits.ts";
import { plainText } from "../contract/terminal-text.ts";
import type { Context } from "./context.ts";
import { duration, fullTime, money, relative, scheduleWords } from "./format.ts";
import type { Cell } from "./table.ts";
import type { Colors } from "./terminal.ts";

type Paint = (text: string) => string;

function paintOf(status: RunStatus, colors: Colors): Paint {
  const paints: Record<RunStatus, Paint> = {
    PENDING: colors.yellow,
    CLAIMED: colors.yellow,
    PROCESSING: colors.cyan,
    DONE: colors.green,
    FAILED: colors.red,
    TIMED_OUT: colors.red,
    CANCELLED: colors.dim,
  };
  return paints[status];
}

/** The status in a word; of a run that waits for an instant, also how long: `Scheduled in 3 hours`. */
export function statusCell(run: RunSummary, { colors, now }: { colors: Colors; now: Date }): Cell {
  const label = labelOf(run, now);
  const text = label === statusLabels[run.status] ? label : `${label} ${relative(run.notBefore, now)}`;
  return { text, paint: paintOf(run.status, colors) };
}

/** `Completed 3 minutes ago`, in the colour of the status. */
export function runWords(run: RunSummary | null, { colors, now }: { colors: Colors; now: Date }): Cell {
  if (!run) return { text: "–" };
  const text = `${labelOf(run, now)} ${relative(run.endedAt ?? run.startedAt ?? run.createdAt, now)}`;
  return { text, paint: paintOf(run.status, colors) };
}

/** What became of a run: status, why it failed, result, and what it took. */
export function runOutcome(context: Context, run: Run): string {
  const { colors } = context.terminal;
  const status = paintOf(run.status, colors)(colors.bold(labelOf(run, context.terminal.now())));
  return [
    `${status}  ${run.taskName}  ${colors.dim(run.id)}${run.error ? `  ${colors.red(run.error.code)}` : ""}`,
    run.error && colors.red(plainText(`${run.error.message} ${run.error.nextStep}`)),
    run.result && `\n${plainText(run.result).trimEnd()}\n`,
    colors.dim(tookWords(run)),
    mailWords(run),
  ]
    .filter(Boolean)
    .join("\n");
}

/** Everything about a run; `asked` is what it was asked, where that is kept. */
export function runDetails(context: Context, run: Run, asked: RunInput | null): string {
  const now = context.terminal.now();
  const { colors } = context.terminal;
  const isWaiting = run.startedAt === null && run.endedAt === null;
  const facts = context.fields([
    ["Id", run.id],
    ["Task", `${run.taskName} (${run.taskId})`],
    ["Agent", `${run.agentType}, ${run.model}`],
    ["Trigger", run.trigger],
    ["Requested by", requesterWords(run.requestedBy)],
    ["Executor", run.executor],
    ["Attempt", `${run.attempt}`],
    ["Source", asked?.sourceUrl ?? undefined],
    ["Sub path", asked?.subPath ?? undefined],
    ["Commit", run.commit ?? undefined],
    ["Slot", run.slot === null ? undefined : fullTime(run.slot, now)],
    ["Retry of", run.parentRunId ?? undefined],
    ["Created", fullTime(run.createdAt, now)],
    ["Scheduled for", run.notBefore === null ? undefined : fullTime(run.notBefore, now)],
    ["Start by", isWaiting && run.startBy !== null ? fullTime(run.startBy, now) : undefined],
    ["Started", fullTime(run.startedAt, now)],
    ["Ended", fullTime(run.endedAt, now)],
    ["Deadline", run.endedAt === null && run.deadlineAt !== null ? fullTime(run.deadlineAt, now) : undefined],
    ["Tokens", run.usage ? tokenWords(run.usage) : undefined],
    ["Progress", run.endedAt === null && run.progressText !== null ? plainText(run.progressText) : undefined],
    [
      "Cancelling",
      run.endedAt === null && run.cancelRequestedAt !== null ? fullTime(run.cancelRequestedAt, now) : undefined,
    ],
  ]);
  const parts = [facts, askedWords(asked, colors), colors.dim("—"), runOutcome(context, run)];
  return parts.filter((part) => part !== "").join("\n");
}

/** What a run was asked, each text below its name. */
function askedWords(asked: RunInput | null, { dim }: Colors): string {
  const texts = [
    ["Prompt", asked?.prompt],
    ["Input", asked?.input],
  ];
  return texts
    .map(([name, text]) => (text ? `\n${dim(`${name}`)}\n${plainText(text).trimEnd()}` : ""))
    .join("\n")
    .trimEnd();
}

function requesterWords(requester: Requester | null): string | undefined {
  if (requester === null) return undefined;
  const kinds = { member: "", key: " (API key)", system: " (Errand)" };
  return `${plainText(requester.name)}${kinds[requester.kind]}`;
}

export function taskDetails(context: Context, task: Task): string {
  const { colors } = context.terminal;
  const now = context.terminal.now();
  const facts = context.fields([
    ["Name", task.name],
    ["Id", task.id],
    ["Description", task.description === null ? undefined : plainText(task.description)],
    ["State", task.enabled ? "enabled" : `disabled${task.disabledReason ? `: ${task.disabledReason}` : ""}`],
    ["Schedule", scheduleWords(task)],
    ["Next run", fullTime(task.nextRunAt, now)],
    ["Last run", task.lastRun ? `${runWords(task.lastRun, { colors, now }).text} (${task.lastRun.id})` : "–"],
    ["Failures", `${task.consecutiveFailures} in a row; disabled at ${taskLimits.failuresBeforeDisable}`],
    ["Agent", `${task.agentType}, ${task.model}`],
    ["Limits", `${task.maxTurns} turns, ${task.timeoutMinutes} minutes`],
    ["Start", startWords(task)],
    ["Overlap", task.overlap],
    ["Allowed tools", task.allowedTools?.join(", ")],
    ["Disallowed tools", task.disallowedTools?.join(", ")],
    ["Sandbox", task.sandbox ?? undefined],
    ["Source", task.sourceUrl ?? undefined],
    ["Sub path", task.subPath ?? undefined],
    ["Git token", secretWords(task.gitToken)],
    ["Parameter store", task.parameterStore ?? undefined],
    ["CONFIG_API_KEY", secretWords(task.parameterStoreKey)],
    ["E-mail", task.notificationEmail ?? undefined],
    ["Created", byWhom(fullTime(task.createdAt, now), task.createdBy)],
    ["Changed", byWhom(fullTime(task.updatedAt, now), task.updatedBy)],
  ]);
  return `${facts}\n\n${plainText(task.prompt).trimEnd()}`;
}

function startWords({ startWithinMinutes, spreadMinutes }: Task): string {
  const spread = spreadMinutes === 0 ? "" : `, spread over ${spreadMinutes} minutes`;
  return `within ${startWithinMinutes} minutes${spread}`;
}

function byWhom(when: string, requester: Requester | null): string {
  const who = requesterWords(requester);
  return who === undefined ? when : `${when} by ${who}`;
}

function secretWords({ set, lastFour }: Task["gitToken"]): string | undefined {
  if (!set) return undefined;
  return lastFour === undefined ? "set" : `set, ends in ${lastFour}`;
}

function tookWords(run: Run): string {
  return [
    costWords(run),
    run.durationMs !== null && `took ${duration(run.durationMs)}`,
    run.turns !== null && `${run.turns} ${run.turns === 1 ? "turn" : "turns"}`,
    run.attempt > 1 && `attempt ${run.attempt}`,
  ]
    .filter(Boolean)
    .join(", ");
}

/** A run that never started cost nothing; one that goes on has not told yet. */
function costWords({ costUsd, startedAt, endedAt }: Run): string | undefined {
  if (costUsd !== null) return `Cost ${money(costUsd)}`;
  return startedAt !== null && endedAt !== null ? "Cost unknown" : undefined;
}

function mailWords({ email }: Run): string | undefined {
  if (email.state === "none" || email.to === null) return undefined;
  const states = {
    pending: `E-mail to ${email.to} is on its way.`,
    sending: `E-mail to ${email.to} is on its way.`,
    sent: `E-mail sent to ${email.to}.`,
    failed: `E-mail to ${email.to} could not be sent${email.error ? `: ${plainText(email.error)}` : ""}.`,
  };
  return states[email.state];
}

function tokenWords(usage: NonNullable<Run["usage"]>): string {
  const cached = usage.cacheReadTokens + usage.cacheWriteTokens;
  const calls = `${usage.modelCalls} model ${usage.modelCalls === 1 ? "call" : "calls"}`;
  return `${usage.inputTokens} in, ${usage.outputTokens} out, ${cached} cached, ${calls}`;
}
