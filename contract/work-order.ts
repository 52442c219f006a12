import * as z from "zod";
import { agentTypes, credentialKinds, sandboxes } from "./agent.ts";
import { idSchema } from "./id.ts";
import { runErrorCode, runStatuses, terminalStatuses, triggers } from "./run.ts";

// What runners send is no strict object: an API takes what a newer runner adds, and leaves it out.

/** What the runner sends with its one-time ticket. */
export const redeemInput = z.object({ taskArn: z.string().max(200).optional().describe("The container's ARN.") });

/** The answer to a redeemed ticket: the only place where secrets leave the server. */
export const workOrder = z.object({
  claimToken: z.string(),
  leaseSeconds: z.number(),
  heartbeatSeconds: z.number(),
  deadlineAt: z.string(),
  run: z.object({
    id: idSchema("run"),
    attempt: z.number(),
    trigger: z.enum(triggers),
    taskId: idSchema("task"),
    taskName: z.string(),
    slot: z.string().nullable().optional().describe("The scheduled instant that the run stands for."),
    timezone: z.string().optional().describe("The task's time zone."),
    previous: z
      .object({ status: z.enum(terminalStatuses), endedAt: z.string().nullable(), result: z.string().nullable() })
      .nullable()
      .optional()
      .describe("How the last run of the task before this one ended, with the beginning of its result."),
  }),
  task: z.object({
    prompt: z.string(),
    agentType: z.enum(agentTypes),
    sourceUrl: z.string().nullable(),
    subPath: z.string().nullable(),
    model: z.string(),
    maxTurns: z.number(),
    allowedTools: z.array(z.string()).describe("Empty: all of them."),
    disallowedTools: z.array(z.string()),
    sandbox: z.enum(sandboxes).nullable(),
  }),
  secrets: z.object({
    credential: z.object({ kind: z.enum(credentialKinds), value: z.string() }),
    gitToken: z.string().nullable(),
    environment: z.record(z.string(), z.string()).describe("The parameter store's variables, for the agent."),
  }),
});
export type WorkOrder = z.infer<typeof workOrder>;

/**
 * One model call, metered by the gateway from the provider's own usage figures. `seq` counts from 1 in an attempt and
 * makes the report idempotent. `inputTokens` leaves out what was read from or written to the provider's cache.
 * `status` is the provider's, 0 where it went silent before it answered.
 */
export const modelCall = z.object({
  seq: z.int().min(1),
  at: z.iso.datetime(),
  provider: z.enum(["anthropic", "openai"]),
  model: z.string().max(200),
  inputTokens: z.int().min(0),
  outputTokens: z.int().min(0),
  cacheReadTokens: z.int().min(0),
  cacheWriteTokens: z.int().min(0),
  cacheWrite1hTokens: z.int().min(0).default(0).describe("The part of cacheWriteTokens that is kept for an hour."),
  webSearches: z.int().min(0).default(0).describe("Searches that the provider made and bills by the piece."),
  usageKnown: z
    .boolean()
    .default(true)
    .describe("false: the provider did not tell all that the call used, so the figures are the least it was."),
  durationMs: z.int().min(0),
  status: z.int(),
});
export type ModelCall = z.infer<typeof modelCall>;

const calls = z
  .array(modelCall)
  .max(1000)
  .default([])
  .describe("Calls not acknowledged yet. Sending one twice is fine.");

const commit = z
  .string()
  .regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/)
  .optional()
  .describe("The commit that the agent started from.");

export const progressInput = z.object({ progressText: z.string().max(500).optional(), commit, calls });

/** A model call as the ledger keeps it. */
export const ledgerCall = modelCall.extend({ attempt: z.number(), costUsd: z.number().nullable() });
export type LedgerCall = z.infer<typeof ledgerCall>;

/** The answer to a heartbeat. `stop` asks the runner to end the agent and to complete the run that way. */
export const progressAnswer = z.object({
  leaseSeconds: z.number(),
  stop: z
    .enum(["CANCELLED", "DEADLINE_EXCEEDED"])
    .nullable()
    // A reason that an older runner does not know is one to stop all the same.
    .catch(({ value }) => (typeof value === "string" ? "CANCELLED" : null)),
  budgetLeftUsd: z.number().nullable().default(null),
});
export type ProgressAnswer = z.infer<typeof progressAnswer>;

export const completeInput = z.object({
  outcome: z.enum(terminalStatuses),
  error: z
    .object({
      code: runErrorCode,
      message: z.string().max(1000).optional().describe("Replaces the code's sentence."),
    })
    .optional(),
  result: z
    .string()
    .max(64 * 1024)
    .optional(),
  turns: z.int().min(0).optional(),
  lastLine: z.int().min(0).optional().describe("The number of the last log line, so that a missing tail shows."),
  commit,
  calls,
});
export type CompleteInput = z.input<typeof completeInput>;

export const completeAnswer = z.object({ status: z.enum(runStatuses) });
