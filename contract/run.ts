import * as z from "zod";
import { agentTypes } from "./agent.ts";
import { idSchema } from "./id.ts";

export const runStatuses = ["PENDING", "CLAIMED", "PROCESSING", "DONE", "FAILED", "TIMED_OUT", "CANCELLED"] as const;
export type RunStatus = (typeof runStatuses)[number];
export const terminalStatuses = ["DONE", "FAILED", "TIMED_OUT", "CANCELLED"] as const;
export type TerminalStatus = (typeof terminalStatuses)[number];

/** What people see. */
export const statusLabels: Record<RunStatus, string> = {
  PENDING: "Queued",
  CLAIMED: "Starting",
  PROCESSING: "Running",
  DONE: "Completed",
  FAILED: "Failed",
  TIMED_OUT: "Timed out",
  CANCELLED: "Cancelled",
};

export type Actor = "dispatcher" | "api" | "bridge" | "runner" | "sweeper" | "stopped-event" | "budget-gate";
/** Every way a run may change its status, who may take it, and the condition of the write. `null` is: no run yet. */
export const transitions: { from: RunStatus | null; to: RunStatus; by: Actor[]; guard: string }[] = [
  { from: null, to: "CLAIMED", by: ["dispatcher", "api"], guard: "run does not exist, running < cap" },
  { from: null, to: "PENDING", by: ["dispatcher", "api"], guard: "run does not exist" },
  { from: null, to: "CANCELLED", by: ["dispatcher"], guard: "run does not exist; an earlier run has not ended" },
  { from: null, to: "FAILED", by: ["dispatcher", "api"], guard: "run does not exist; it cannot be started" },
  { from: "PENDING", to: "CLAIMED", by: ["dispatcher", "api", "sweeper", "bridge"], guard: "PENDING, running < cap" },
  { from: "PENDING", to: "CANCELLED", by: ["api", "sweeper"], guard: "PENDING" },
  { from: "PENDING", to: "FAILED", by: ["api", "dispatcher", "sweeper", "budget-gate"], guard: "PENDING" },
  { from: "CLAIMED", to: "PROCESSING", by: ["runner"], guard: "ticket of this attempt, unused, lease live" },
  { from: "CLAIMED", to: "PENDING", by: ["dispatcher", "sweeper", "stopped-event"], guard: "same attempt" },
  { from: "PROCESSING", to: "PENDING", by: ["sweeper", "stopped-event"], guard: "same attempt" },
  { from: "CLAIMED", to: "FAILED", by: ["dispatcher", "sweeper", "stopped-event", "api"], guard: "same attempt" },
  { from: "CLAIMED", to: "CANCELLED", by: ["api"], guard: "not terminal" },
  { from: "CLAIMED", to: "TIMED_OUT", by: ["sweeper"], guard: "not terminal, over its deadline" },
  { from: "PROCESSING", to: "DONE", by: ["runner"], guard: "claim token" },
  { from: "PROCESSING", to: "FAILED", by: ["runner", "sweeper", "stopped-event"], guard: "claim token or attempt" },
  { from: "PROCESSING", to: "CANCELLED", by: ["runner", "sweeper", "stopped-event"], guard: "claim token or attempt" },
  { from: "PROCESSING", to: "TIMED_OUT", by: ["runner", "sweeper", "stopped-event"], guard: "claim token or attempt" },
];

export function mayMove(from: RunStatus | null, to: RunStatus): boolean {
  return transitions.some((transition) => transition.from === from && transition.to === to);
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

/** A run as lists show it. Instants are ISO 8601 in UTC, durations milliseconds, money US dollars. */
export const runSummary = z.object({
  id: idSchema("run"),
  taskId: idSchema("task"),
  taskName: z.string(),
  agentType: z.enum(agentTypes),
  status: z.enum(runStatuses),
  trigger: z.enum(triggers),
  attempt: z.number().describe("1 for the first container; infrastructure failures are retried up to 3."),
  slot: z.string().nullable().describe("The scheduled instant this run stands for."),
  parentRunId: z.string().nullable().describe("The run this one retries."),
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
