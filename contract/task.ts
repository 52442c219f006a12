import * as z from "zod";
import { agentType, agentTypes, sandboxes } from "./agent.ts";
import { emailAddress } from "./email.ts";
import { idSchema } from "./id.ts";
import { nameFault } from "./name.ts";
import { configApiKey, parameterStoreName } from "./parameter-store.ts";
import { requester, runSummary } from "./run.ts";
import { schedule, scheduleChange, scheduleInput } from "./schedule.ts";
import { overlaps, taskDefaults, taskLimits } from "./task-limits.ts";
import { checked, named } from "./text.ts";
import { type ToolList, toolFault } from "./tool.ts";
import { workFields } from "./work-fields.ts";

const utf8 = new TextEncoder();

const name = named((text) =>
  /^task_/i.test(text)
    ? "must not look like a task id"
    : nameFault(text, {
        most: taskLimits.nameLength,
        marks: " ._()-",
        spoken: "spaces, dots, dashes, underscores or parentheses",
      }),
);

const sourceUrl = checked((text) => {
  if (text === "") return "must not be empty; null clears it";
  if (text.length > 2000) return "must be at most 2000 characters";
  if (/[\s\p{Cc}]/u.test(text)) return "must not have spaces or line breaks";
  if (/^[^/]+@[^/]+:|^ssh:/.test(text)) return "must be the https address of the repository, not the one for SSH";
  if (!/^https:\/\//i.test(text)) return "must start with https://";
  if (!URL.canParse(text)) return "must be a URL such as https://github.com/owner/repository#branch";
  const url = new URL(text);
  if (url.username || url.password) return "must not carry a user name or password; use the git token";
  return url.search ? "must not have a query" : undefined;
});

const subPath = checked((text) => {
  if (text === "") return "must not be empty; null clears it";
  if (text.length > 500) return "must be at most 500 characters";
  if (/\p{Cc}/u.test(text)) return "must not have line breaks or control characters";
  if (text.includes("\\")) return "must have / between folders, not a backslash";
  return text.startsWith("/") || text.split("/").includes("..") ? "must be a relative path without .." : undefined;
});

const tool = (list: ToolList) =>
  checked((text) => {
    if (text === "") return "must not be empty";
    if (text.length > taskLimits.toolLength) return `must be at most ${taskLimits.toolLength} characters`;
    if (text.includes(",")) return "must be one tool, without a comma; give several as items of the list";
    if (text.startsWith("-")) return "must be a tool name such as Read or Bash(git *), not an option";
    return /\p{Cc}/u.test(text) ? "must not have line breaks or control characters" : toolFault(text, list);
  });
const tools = (list: ToolList) =>
  z
    .array(tool(list))
    .max(100)
    .refine(
      (names) => utf8.encode(names.join()).length <= taskLimits.toolsBytes,
      `must be at most ${taskLimits.toolsBytes / 1024} KB, all names together`,
    );
const secret = z
  .string()
  .trim()
  .min(1, "must not be empty; null clears it")
  .max(4096)
  .regex(/^[\x21-\x7e]+$/, "must be printable characters without spaces");
const { prompt, model, maxTurns, timeoutMinutes } = workFields;

const fields = {
  name,
  description: z.string().max(1000).nullable(),
  prompt,
  agentType,
  sourceUrl: sourceUrl.nullable(),
  gitToken: secret.nullable().describe("Write-only. null clears it."),
  notificationEmail: emailAddress.nullable(),
  schedule: scheduleInput,
  model: model.nullable().describe("null means the agent type's default."),
  maxTurns,
  allowedTools: tools("allowed").min(1, "must not be empty; null means all tools").nullable(),
  disallowedTools: tools("disallowed").min(1, "must not be empty; null forbids none").nullable(),
  sandbox: z.enum(sandboxes).nullable(),
  subPath: subPath.nullable(),
  parameterStore: parameterStoreName.nullable().describe("Name of a parameter store: its variables reach the agent."),
  parameterStoreKey: configApiKey.nullable().describe("The store's CONFIG_API_KEY. Write-only. null clears it."),
  timeoutMinutes,
  startWithinMinutes: z.int().min(1).max(10_080).describe("A run that has not started by then is given up."),
  spreadMinutes: z
    .int()
    .min(0)
    .max(1440)
    .describe("Each slot starts at some moment of so many minutes, so that many tasks do not start at once."),
  overlap: z.enum(overlaps).describe("What to do with a slot while an earlier run has not ended."),
  enabled: z.boolean(),
};

/** A new task. Only name and prompt must be given; agent-type-dependent fields are checked against the agent type. */
export const taskInput = z.strictObject({
  name: fields.name,
  prompt: fields.prompt,
  description: fields.description.default(null),
  agentType: fields.agentType.default("claude-runner"),
  sourceUrl: fields.sourceUrl.default(null),
  gitToken: fields.gitToken.default(null),
  notificationEmail: fields.notificationEmail.default(null),
  schedule: fields.schedule.default({ type: "manual" }),
  model: fields.model.default(null),
  maxTurns: fields.maxTurns.default(25),
  allowedTools: fields.allowedTools.default(null),
  disallowedTools: fields.disallowedTools.default(null),
  sandbox: fields.sandbox.default(null),
  subPath: fields.subPath.default(null),
  parameterStore: fields.parameterStore.default(null),
  parameterStoreKey: fields.parameterStoreKey.default(null),
  timeoutMinutes: fields.timeoutMinutes.default(60),
  startWithinMinutes: fields.startWithinMinutes.default(taskDefaults.startWithinMinutes),
  spreadMinutes: fields.spreadMinutes.default(0),
  overlap: fields.overlap.default("skip"),
  enabled: fields.enabled.default(true),
});
export type TaskInput = z.infer<typeof taskInput>;

/** A change of a task: what is absent stays as it is. */
export const taskPatch = z.strictObject({ ...fields, schedule: scheduleChange }).partial();
export type TaskPatch = z.infer<typeof taskPatch>;

/** What is told about a write-only field. */
export const secretState = z.object({ set: z.boolean(), lastFour: z.string().optional() });

export const task = z.object({
  id: idSchema("task"),
  name: z.string(),
  description: z.string().nullable(),
  prompt: z.string(),
  agentType: z.enum(agentTypes),
  sourceUrl: z.string().nullable(),
  gitToken: secretState,
  notificationEmail: z.string().nullable(),
  schedule,
  scheduleText: z.string().describe("The schedule in words."),
  model: z.string(),
  maxTurns: z.number(),
  allowedTools: z.array(z.string()).nullable(),
  disallowedTools: z.array(z.string()).nullable(),
  sandbox: z.enum(sandboxes).nullable(),
  subPath: z.string().nullable(),
  parameterStore: z.string().nullable(),
  parameterStoreKey: secretState,
  timeoutMinutes: z.number(),
  startWithinMinutes: z.number(),
  spreadMinutes: z.number(),
  overlap: z.enum(overlaps),
  enabled: z.boolean(),
  disabledReason: z.string().nullable().describe("Why Errand disabled the task by itself."),
  consecutiveFailures: z.number(),
  lastRun: runSummary.nullable(),
  nextRunAt: z.string().nullable(),
  createdAt: z.string(),
  updatedAt: z.string(),
  createdBy: requester.nullable().describe("null: not known, of a task from before this was kept."),
  updatedBy: requester.nullable(),
  version: z.string().describe("Another one after each change of it: send it back as If-Match."),
});
export type Task = z.infer<typeof task>;
