import { type AgentType, agents } from "../../../../contract/agent.ts";
import type { ClientInput } from "../../../../contract/operations.ts";
import { type ScheduleInput, type SchedulePreset, schedulePresets } from "../../../../contract/schedule.ts";
import type { Task } from "../../../../contract/task.ts";
import { taskDefaults } from "../../../../contract/task-limits.ts";
import type { TaskTemplate } from "../../../../contract/template.ts";
import { ownZone } from "../../format/instant.ts";
import { instantOf, localInput } from "../../lib/local-input.ts";
import { kept, type SecretChange, secretBody } from "../../lib/secret-change.ts";

/** A task as its form holds it: text where the API has null, and schedule parts of every type side by side. */
export interface TaskValues {
  name: string;
  description: string;
  prompt: string;
  agentType: AgentType;
  schedule: { type: ScheduleInput["type"]; expression: string; timezone: string; at: string };
  sourceUrl: string;
  gitToken: SecretChange;
  notificationEmail: string;
  model: string;
  maxTurns: number | "";
  timeoutMinutes: number | "";
  startWithinMinutes: number | "";
  spreadMinutes: number | "";
  allowedTools: string[];
  disallowedTools: string[];
  sandbox: Task["sandbox"];
  subPath: string;
  overlap: Task["overlap"];
  parameterStore: string;
  parameterStoreKey: SecretChange;
  enabled: boolean;
}

export type TaskBody = ClientInput<"createTask">["body"];

/** The fields of the form by the API's names for them, in the order they stand in. */
export const fieldNames = [
  "name",
  "description",
  "prompt",
  "agentType",
  "schedule",
  "schedule.type",
  "schedule.expression",
  "schedule.at",
  "schedule.timezone",
  "sourceUrl",
  "gitToken",
  "notificationEmail",
  "model",
  "maxTurns",
  "timeoutMinutes",
  "startWithinMinutes",
  "spreadMinutes",
  "allowedTools",
  "disallowedTools",
  "sandbox",
  "subPath",
  "overlap",
  "parameterStore",
  "parameterStoreKey",
  "enabled",
] as const;

/** The fields that are folded away until someone asks for them. */
export const advancedNames: readonly string[] = fieldNames.slice(fieldNames.indexOf("model"), -1);

export function emptyValues(agentType: AgentType): TaskValues {
  return {
    name: "",
    description: "",
    prompt: "",
    agentType,
    schedule: { type: "cron", expression: schedulePresets["daily-9am"].expression, timezone: ownZone(), at: "" },
    sourceUrl: "",
    gitToken: kept,
    notificationEmail: "",
    model: "",
    maxTurns: 25,
    timeoutMinutes: 60,
    startWithinMinutes: taskDefaults.startWithinMinutes,
    spreadMinutes: 0,
    allowedTools: [],
    disallowedTools: [],
    sandbox: null,
    subPath: "",
    overlap: "skip",
    parameterStore: "",
    parameterStoreKey: kept,
    enabled: true,
  };
}

export function valuesOfTemplate(template: TaskTemplate, agentType: AgentType): TaskValues {
  const empty = emptyValues(agentType);
  const { expression } = schedulePresets[template.preset satisfies SchedulePreset];
  return {
    ...empty,
    name: template.name,
    description: template.summary,
    prompt: template.prompt,
    schedule: { ...empty.schedule, expression },
  };
}

export function valuesOfTask(task: Task): TaskValues {
  const empty = emptyValues(task.agentType);
  const { schedule } = task;
  const isCron = schedule.type === "cron";
  return {
    ...empty,
    name: task.name,
    description: task.description ?? "",
    prompt: task.prompt,
    schedule: {
      type: schedule.type,
      expression: isCron ? schedule.expression : empty.schedule.expression,
      timezone: schedule.timezone ?? empty.schedule.timezone,
      at: schedule.type === "once" ? localInput(schedule.at) : "",
    },
    sourceUrl: task.sourceUrl ?? "",
    notificationEmail: task.notificationEmail ?? "",
    model: task.model === agents[task.agentType].defaultModel ? "" : task.model,
    maxTurns: task.maxTurns,
    timeoutMinutes: task.timeoutMinutes,
    startWithinMinutes: task.startWithinMinutes,
    spreadMinutes: task.spreadMinutes,
    allowedTools: task.allowedTools ?? [],
    disallowedTools: task.disallowedTools ?? [],
    sandbox: task.sandbox,
    subPath: task.subPath ?? "",
    overlap: task.overlap,
    parameterStore: task.parameterStore ?? "",
    enabled: task.enabled,
  };
}

/** A copy to begin with: a name of its own, and no secrets, which never come back. */
export function valuesOfCopy(task: Task, name: string): TaskValues {
  return { ...valuesOfTask(task), name, enabled: true };
}

/** What the form says, in the API's words. */
export function bodyOf(values: TaskValues): TaskBody {
  const applies = agents[values.agentType].fields;
  return {
    name: values.name,
    description: textOrNull(values.description),
    prompt: values.prompt,
    agentType: values.agentType,
    schedule: scheduleOf(values),
    sourceUrl: textOrNull(values.sourceUrl),
    notificationEmail: textOrNull(values.notificationEmail),
    model: textOrNull(values.model),
    maxTurns: values.maxTurns as number,
    timeoutMinutes: values.timeoutMinutes as number,
    startWithinMinutes: values.startWithinMinutes as number,
    spreadMinutes: values.spreadMinutes as number,
    allowedTools: applies.allowedTools ? listOrNull(values.allowedTools) : null,
    disallowedTools: applies.disallowedTools ? listOrNull(values.disallowedTools) : null,
    sandbox: applies.sandbox ? values.sandbox : null,
    subPath: textOrNull(values.subPath),
    overlap: values.overlap,
    parameterStore: textOrNull(values.parameterStore),
    enabled: values.enabled,
    ...given("gitToken", values.gitToken),
    ...keyOf(values),
  };
}

/** Without a store there is no key to keep. */
function keyOf({ parameterStore, parameterStoreKey: key }: TaskValues): Pick<TaskBody, "parameterStoreKey"> {
  if (parameterStore.trim() === "") return { parameterStoreKey: null };
  return given("parameterStoreKey", key);
}

/** A write-only field as a part of the body, which leaves out what is kept. */
function given<Name extends string>(name: Name, change: SecretChange): Partial<Record<Name, string | null>> {
  const value = secretBody(change);
  return value === undefined ? {} : ({ [name]: value } as Record<Name, string | null>);
}

/** Only what was changed: what somebody else changed meanwhile in other fields stays. */
export function patchOf(before: TaskValues, after: TaskValues): Partial<TaskBody> {
  const old = bodyOf(before) as Record<string, unknown>;
  const changed = Object.entries(bodyOf(after)).filter(
    ([field, value]) => JSON.stringify(value) !== JSON.stringify(old[field]),
  );
  return Object.fromEntries(changed);
}

export function scheduleOf({ schedule }: TaskValues): ScheduleInput {
  const { type, expression, timezone, at } = schedule;
  if (type === "cron") return { type, expression: expression.trim(), timezone };
  if (type === "once") return { type, at: instantOf(at), timezone };
  return { type };
}

const textOrNull = (text: string): string | null => (text.trim() === "" ? null : text.trim());
const listOrNull = (list: string[]): string[] | null => (list.length > 0 ? list : null);
