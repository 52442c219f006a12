import * as z from "zod";
import { agentTypes, sandboxes } from "./agent.ts";
import { idSchema } from "./id.ts";
import { instant } from "./instant.ts";
import { workFieldNames, workFields } from "./work-fields.ts";

export const runStatuses = ["PENDING", "CLAIMED", "PROCESSING", "DONE", "FAILED", "TIMED_OUT", "CANCELLED"] as const;
export type RunStatus = (typeof runStatuses)[number];
export const terminalStatuses = ["DONE", "FAILED", "TIMED_OUT", "CANCELLED"] as const;
export type TerminalStatus = (typeof terminalStatuses)[number];

/** What people see; a run that waits for an instant is Scheduled: `labelOf`. */
export const statusLabels: Record<RunStatus, string> = {
  PENDING: "Queued",
  CLAIMED: "Starting",
  PROCESSING: "Running",
  DONE: "Completed",
  FAILED: "Failed",
  TIMED_OUT: "Timed out",
  CANCELLED: "Cancelled",
};

/** Who changes a run's status. */
export type Actor = "dispatcher" | "api" | "follow-up" | "runner" | "sweeper" | "stopped-event";

/**
 * What must be as it was read, beside the status, for a change to be written: no run of this id yet, the attempt, the
 * runner's claim token, or the lease that nobody has renewed.
 */
export type Guard = "absent" | "attempt" | "token" | "lease";

const starters: Actor[] = ["dispatcher", "api", "follow-up", "sweeper", "stopped-event"];

/**
 * Every way a run may change its status, who may take it, and the condition of the write, which is built from here: what
 * is not in this table cannot be written. `null` is: no run yet.
 */
export const transitions: { from: RunStatus | null; to: RunStatus; by: Actor[]; guard: Guard }[] = [
  { from: null, to: "CLAIMED", by: ["dispatcher", "api"], guard: "absent" },
  { from: null, to: "PENDING", by: ["dispatcher", "api"], guard: "absent" },
  { from: null, to: "CANCELLED", by: ["dispatcher"], guard: "absent" },
  { from: "PENDING", to: "CLAIMED", by: ["follow-up", "sweeper", "stopped-event"], guard: "attempt" },
  { from: "PENDING", to: "CANCELLED", by: ["api", "follow-up", "sweeper", "stopped-event"], guard: "attempt" },
  { from: "PENDING", to: "FAILED", by: starters, guard: "attempt" },
  { from: "CLAIMED", to: "PROCESSING", by: ["runner"], guard: "attempt" },
  { from: "CLAIMED", to: "PENDING", by: starters, guard: "attempt" },
  { from: "CLAIMED", to: "FAILED", by: [...starters, "runner"], guard: "attempt" },
  { from: "CLAIMED", to: "CANCELLED", by: ["api", "stopped-event", "sweeper"], guard: "attempt" },
  { from: "PROCESSING", to: "PENDING", by: ["stopped-event"], guard: "attempt" },
  { from: "PROCESSING", to: "PENDING", by: ["sweeper"], guard: "lease" },
  { from: "PROCESSING", to: "DONE", by: ["runner"], guard: "token" },
  { from: "PROCESSING", to: "FAILED", by: ["runner"], guard: "token" },
  { from: "PROCESSING", to: "CANCELLED", by: ["runner"], guard: "token" },
  { from: "PROCESSING", to: "CANCELLED", by: ["sweeper", "stopped-event"], guard: "attempt" },
  { from: "PROCESSING", to: "TIMED_OUT", by: ["runner"], guard: "token" },
  { from: "PROCESSING", to: "TIMED_OUT", by: ["stopped-event"], guard: "attempt" },
  { from: "PROCESSING", to: "TIMED_OUT", by: ["sweeper"], guard: "attempt" },
];

/** The condition under which this actor may make the change; undefined where it may not. */
export function guardOf(from: RunStatus | null, to: RunStatus, actor: Actor): Guard | undefined {
  return transitions.find((each) => each.from === from && each.to === to && each.by.includes(actor))?.guard;
}

/** The status in a word for people. */
export function labelOf({ status, notBefore }: { status: RunStatus; notBefore?: string | null }, now: Date): string {
  if (status === "PENDING" && notBefore && Date.parse(notBefore) > now.getTime()) return "Scheduled";
  return statusLabels[status];
}

export function isTerminal(status: RunStatus): status is TerminalStatus {
  return (terminalStatuses as readonly RunStatus[]).includes(status);
}

/** What a person may do with a run; the server and every button ask here. */
export const can = {
  cancel: (run: { status: RunStatus }) => !isTerminal(run.status),
  retry: (run: { status: RunStatus }) => isTerminal(run.status) && run.status !== "DONE",
};

export const triggers = [
  "CRON",
  "ONCE",
  "MANUAL",
  "WEBHOOK",
  "ASSIGNMENT",
  "MENTION",
  "CHAT",
  "SELF",
  "RETRY",
] as const;
export type Trigger = (typeof triggers)[number];

/** Who works on a run. */
export const executors = ["container"] as const;

/** Who asked for something, as it was then: a person by session, an API key, or Errand itself. */
export const requester = z.object({
  kind: z.enum(["member", "key", "system"]),
  id: z.string().nullable(),
  name: z.string(),
});
export type Requester = z.infer<typeof requester>;

/** Why a run exists, in a word for people. */
export const triggerLabels: Record<Trigger, string> = {
  CRON: "Schedule",
  ONCE: "Once",
  MANUAL: "Run Now",
  WEBHOOK: "Webhook",
  ASSIGNMENT: "Assignment",
  MENTION: "Mention",
  CHAT: "Chat",
  SELF: "Follow-up",
  RETRY: "Retry",
};

/** The closed list of reasons why a run did not complete: what happened, and what to do. */
export const runErrors = {
  BUDGET_EXCEEDED: ["The workspace's budget is used up.", "Raise the budget or wait for the next period."],
  CREDENTIAL_MISSING: ["No credential is stored for this agent type.", "Store one, then retry the run."],
  CREDENTIAL_REJECTED: ["The model provider refused the credential.", "Store a valid credential, then retry the run."],
  ACCESS_TOKEN_REJECTED: ["The access token was refused.", "Rotate the token, then retry the run."],
  PARAMETER_STORE_LOCKED: [
    "The parameter store could not be opened with the task's key.",
    "Enter the right key on the task, then retry the run.",
  ],
  CLONE_FAILED: ["The repository could not be cloned.", "Check the source URL, the branch and the git token."],
  SUB_PATH_MISSING: ["The sub path does not exist in the repository.", "Correct the task's sub path."],
  MAX_TURNS: ["The agent used all its turns before it was done.", "Raise Max Turns or make the prompt smaller."],
  NO_WORK: [
    "The agent ended without asking its model anything.",
    "Read the log; write the prompt as words to the agent, then retry the run.",
  ],
  RATE_LIMITED: [
    "The model provider's rate limit was reached.",
    "Retry the run later; start fewer runs at a time, or ask the provider for a higher limit.",
  ],
  MODEL_UNAVAILABLE: [
    "The provider knows no such model, or the credential has no access to it.",
    "Choose another model for the task, or ask the provider for access, then retry the run.",
  ],
  PROVIDER_OVERLOADED: ["The model provider was overloaded.", "Retry the run later."],
  CREDIT_USED_UP: [
    "The account at the model provider has nothing left to pay with.",
    "Add credit at the provider, then retry the run.",
  ],
  AGENT_ERROR: ["The agent ended with an error.", "Read the log, then retry the run."],
  LAUNCH_FAILED: ["The container could not be started.", "Retry the run; if it fails again, check ECS and its quotas."],
  RUNNER_LOST: ["The container ended before the run did, three times.", "Read the log, then retry the run."],
  LEASE_EXPIRED: ["The runner went silent, three times.", "Read the log, then retry the run."],
  DEADLINE_EXCEEDED: ["The run was over its time limit.", "Raise the timeout or make the prompt smaller."],
  NOT_STARTED: [
    "It could not start in the time it had for that.",
    "Retry the run, or give the task more time to start; if it happens again, check ECS and its quotas.",
  ],
  SLOT_MISSED: [
    "Nothing was running at this slot that could have started it.",
    "Run the task by hand if it is still wanted.",
  ],
  TASK_DISABLED: [
    "The task was disabled before this run of its schedule began.",
    "Enable the task, then retry the run.",
  ],
  OVERLAP_SKIPPED: [
    "The previous run had not ended at this slot.",
    "Nothing to do; set overlap to queue to keep slots.",
  ],
} as const satisfies Record<string, readonly [string, string]>;
export type RunErrorCode = keyof typeof runErrors;
export const runErrorCode = z.enum(Object.keys(runErrors) as [RunErrorCode, ...RunErrorCode[]]);

export const runError = z.object({
  code: runErrorCode,
  message: z.string().describe("One sentence: what happened."),
  nextStep: z.string().describe("What to do about it."),
});

/** State of the e-mail about a run. `none`: nobody asked for one. */
export const emailStates = ["none", "pending", "sending", "sent", "failed"] as const;

const usage = z.object({
  inputTokens: z.number().describe("Input tokens that were not served from the provider's cache."),
  outputTokens: z.number(),
  cacheReadTokens: z.number(),
  cacheWriteTokens: z.number(),
  modelCalls: z.number(),
});
export type Usage = z.infer<typeof usage>;

/** Limits of what is asked of one run; bytes are counted in UTF-8. */
export const runLimits = { inputBytes: 32 * 1024, aheadDays: 366, scheduledPerTask: 20 } as const;

const utf8 = new TextEncoder();
const input = z
  .string()
  .refine((text) => text.trim() !== "", "must not be empty; leave it out where there is none")
  .refine((text) => utf8.encode(text).length <= runLimits.inputBytes, "must be at most 32 KB");

/** What a person may ask of one run of a task. */
export const runRequest = z.strictObject({
  input: input.nullish().describe("Text for this run alone: the agent gets it after the task's prompt."),
  notBefore: instant
    .nullish()
    .describe("The run waits for this instant, at most 366 days ahead. One that has passed means now."),
  prompt: workFields.prompt.nullish().describe("Instead of the task's prompt."),
  model: workFields.model.nullish().describe("Instead of the task's model; of the same agent type."),
  maxTurns: workFields.maxTurns.nullish(),
  timeoutMinutes: workFields.timeoutMinutes.nullish(),
});
export type RunRequest = z.infer<typeof runRequest>;

const askedOtherwise = z
  .array(z.enum(["input", ...workFieldNames]))
  .describe("What it was asked otherwise than its task said: the fields of the request that made it.");

/** A run as lists show it. Instants are ISO 8601 in UTC, durations milliseconds, money US dollars. */
export const runSummary = z.object({
  id: idSchema("run"),
  taskId: idSchema("task"),
  taskName: z.string(),
  agentType: z.enum(agentTypes),
  status: z.enum(runStatuses),
  trigger: z.enum(triggers),
  notBefore: z.string().nullable().describe("The run waits for this instant."),
  attempt: z.number().describe("1 for the first container; infrastructure failures are retried up to 3."),
  slot: z.string().nullable().describe("The scheduled instant this run stands for."),
  parentRunId: z.string().nullable().describe("The run this one retries."),
  requestedBy: requester.nullable().describe("null: not known, of a run from before this was kept."),
  changed: askedOtherwise,
  createdAt: z.string(),
  startedAt: z.string().nullable(),
  endedAt: z.string().nullable(),
  durationMs: z.number().nullable(),
  costUsd: z.number().nullable().describe("null: not known (yet)."),
  progressText: z.string().nullable(),
  error: runError.nullable(),
});
export type RunSummary = z.infer<typeof runSummary>;

export const run = runSummary.extend({
  model: z.string(),
  executor: z.enum(executors),
  priority: z.number(),
  depth: z.number().describe("How many runs led to this one by themselves."),
  rootRunId: z.string().nullable().describe("The first of the runs that led to this one."),
  startBy: z.string().nullable().describe("When it is given up if it has not started."),
  commit: z.string().nullable().describe("What the repository was at when the work began."),
  claimedAt: z.string().nullable(),
  deadlineAt: z.string().nullable(),
  cancelRequestedAt: z.string().nullable(),
  result: z.string().nullable().describe("The agent's final text, Markdown, secrets masked."),
  turns: z.number().nullable(),
  usage: usage.nullable(),
  email: z.object({
    state: z.enum(emailStates),
    to: z.string().nullable(),
    sentAt: z.string().nullable(),
    error: z.string().nullable(),
  }),
});
export type Run = z.infer<typeof run>;

/** What a run was asked: its task's definition as it was then. Secrets are not in it. */
export const runInput = z.object({
  prompt: z.string(),
  input: z.string().nullable().describe("What it was asked beyond the task's prompt."),
  agentType: z.enum(agentTypes),
  model: z.string(),
  sourceUrl: z.string().nullable(),
  subPath: z.string().nullable(),
  maxTurns: z.number(),
  allowedTools: z.array(z.string()).nullable(),
  disallowedTools: z.array(z.string()).nullable(),
  sandbox: z.enum(sandboxes).nullable(),
  parameterStore: z.string().nullable(),
  timeoutMinutes: z.number(),
  notificationEmail: z.string().nullable(),
});
export type RunInput = z.infer<typeof runInput>;
