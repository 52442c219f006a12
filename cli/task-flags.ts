import { type Command, Option } from "commander";
import type * as z from "zod";
import { agentTypes, sandboxes } from "../contract/agent.ts";
import { type Schedule, type SchedulePreset, schedulePresets } from "../contract/schedule.ts";
import type { taskInput, taskPatch } from "../contract/task.ts";
import { overlaps } from "../contract/task-limits.ts";
import { usageError } from "./exit.ts";
import { fileText } from "./file.ts";
import { wholeNumber } from "./number.ts";
import { readSecret } from "./secret.ts";
import type { Terminal } from "./terminal.ts";

type NewTask = z.input<typeof taskInput>;
export type TaskChange = z.input<typeof taskPatch>;

/** The flags of `task create` and `task update`, as commander names them. */
export interface TaskFlags {
  prompt?: string;
  promptFile?: string;
  description?: string;
  agent?: string;
  model?: string;
  maxTurns?: number;
  allowedTools?: string[];
  disallowedTools?: string[];
  sandbox?: NewTask["sandbox"];
  sourceUrl?: string;
  subPath?: string;
  gitToken?: true;
  parameterStore?: string;
  parameterStoreKey?: true;
  email?: string;
  timeoutMinutes?: number;
  startWithinMinutes?: number;
  spreadMinutes?: number;
  overlap?: NewTask["overlap"];
  cron?: string;
  preset?: SchedulePreset;
  at?: string;
  manual?: true;
  timezone?: string;
}

const clearable = {
  description: "description",
  model: "model",
  "allowed-tools": "allowedTools",
  "disallowed-tools": "disallowedTools",
  sandbox: "sandbox",
  "source-url": "sourceUrl",
  "sub-path": "subPath",
  "git-token": "gitToken",
  "parameter-store": "parameterStore",
  "parameter-store-key": "parameterStoreKey",
  email: "notificationEmail",
} as const;
export type Clearable = keyof typeof clearable;
export const clearableFields = Object.keys(clearable) as Clearable[];

/** Adds the flags that describe a task. */
export function addTaskFlags(command: Command): Command {
  const whens = ["cron", "preset", "at", "manual"];
  const when = (flags: string, description: string) => {
    const option = new Option(flags, description);
    return option.conflicts(whens.filter((other) => other !== option.attributeName()));
  };
  return command
    .addOption(new Option("--prompt <text>", "what the agent is to do").conflicts("promptFile"))
    .option("--prompt-file <file>", "read the prompt from a file; - is stdin")
    .option("--description <text>", "a note for people")
    .option("--agent <type>", `${agentTypes.join(" or ")} (default: ${agentTypes[0]})`)
    .option("--model <name>", "the agent's model (default: the agent type's)")
    .option("--max-turns <n>", "most turns the agent may take (default: 25)", wholeNumber)
    .option("--allowed-tools <list>", "tools the agent may use, separated by commas", commaList)
    .option("--disallowed-tools <list>", "tools it may not use", commaList)
    .addOption(new Option("--sandbox <mode>", "sandbox of codex-runner").choices(sandboxes))
    .option("--source-url <url>", "https address of the repository; #branch chooses a branch")
    .option("--sub-path <path>", "folder of the repository to work in")
    .option("--git-token", "ask for the token that opens the repository, or read it from stdin")
    .option("--parameter-store <name>", "whose variables the agent gets")
    .option("--parameter-store-key", "ask for the store's CONFIG_API_KEY, or read it from stdin")
    .option("--email <address>", "who is told when a run has ended")
    .option("--timeout-minutes <n>", "most minutes a run may take (default: 60)", wholeNumber)
    .option("--start-within-minutes <n>", "most minutes a run may wait for its start (default: 360)", wholeNumber)
    .option("--spread-minutes <n>", "start each slot at some moment of so many minutes (default: 0)", wholeNumber)
    .addOption(new Option("--overlap <rule>", "while an earlier run goes on (default: skip)").choices(overlaps))
    .addOption(when("--cron <expression>", "run at these times: five fields or an @macro"))
    .addOption(when("--preset <name>", "run at common times").choices(Object.keys(schedulePresets)))
    .addOption(when("--at <instant>", "run once, such as 2027-01-31T09:00:00+01:00"))
    .addOption(when("--manual", "run only when asked to"))
    .option("--timezone <zone>", "time zone of the schedule, such as Europe/Stockholm (default: the task's, or UTC)");
}

/**
 * The fields that the flags give; a field without a flag is absent. `current` is the schedule that a lone --timezone
 * changes. Reads stdin for the prompt or the git token when asked to. Errors: usage.
 */
export async function fieldsOf(flags: TaskFlags, terminal: Terminal, current?: Schedule): Promise<TaskChange> {
  refuseCrowdedStdin(flags, terminal);
  const fields: TaskChange = {
    prompt: flags.promptFile === undefined ? flags.prompt : await fileText(flags.promptFile, terminal, "the prompt"),
    description: flags.description,
    agentType: flags.agent,
    model: flags.model,
    maxTurns: flags.maxTurns,
    allowedTools: flags.allowedTools,
    disallowedTools: flags.disallowedTools,
    sandbox: flags.sandbox,
    sourceUrl: flags.sourceUrl,
    subPath: flags.subPath,
    notificationEmail: flags.email,
    timeoutMinutes: flags.timeoutMinutes,
    startWithinMinutes: flags.startWithinMinutes,
    spreadMinutes: flags.spreadMinutes,
    overlap: flags.overlap,
    schedule: scheduleOf(flags, current),
    gitToken: flags.gitToken && (await readSecret(terminal, "git token")),
    parameterStore: flags.parameterStore,
    parameterStoreKey: flags.parameterStoreKey && (await readSecret(terminal, "CONFIG_API_KEY")),
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function refuseCrowdedStdin({ promptFile, gitToken, parameterStoreKey }: TaskFlags, { stdin }: Terminal): void {
  const prompt = promptFile === "-" && "the prompt";
  const secrets = [gitToken && "the git token", parameterStoreKey && "the CONFIG_API_KEY"];
  // At a terminal secrets are asked for one after the other.
  const [one, other] = [prompt, ...(prompt || !stdin.isTTY ? secrets : [])].filter(Boolean);
  if (!one || !other) return;
  const way = prompt ? "give the prompt in a file" : "give one of them, then the other with `errand task update`";
  throw usageError(`stdin cannot carry both ${one} and ${other}; ${way}.`);
}

/** The named fields, each null. Errors: usage, for a field that has a new value as well. */
export function cleared(names: readonly Clearable[], fields: TaskChange): TaskChange {
  const twice = names.find((name) => clearable[name] in fields);
  if (twice) throw usageError(`--${twice} and --clear ${twice} contradict each other; give one of them.`);
  return Object.fromEntries(names.map((name) => [clearable[name], null]));
}

/** Which flag an input field of the API was given by. `named` is what the command calls the task's name. */
export function flagOf(field: string, flags: TaskFlags, named: string): string {
  const direct: Record<string, string> = {
    name: named,
    prompt: flags.promptFile === undefined ? "--prompt" : "--prompt-file",
    agentType: "--agent",
    notificationEmail: "--email",
    maxTurns: "--max-turns",
    timeoutMinutes: "--timeout-minutes",
    startWithinMinutes: "--start-within-minutes",
    spreadMinutes: "--spread-minutes",
    overlap: "--overlap",
    "schedule.timezone": "--timezone",
    ...Object.fromEntries(Object.entries(clearable).map(([flag, of]) => [of, `--${flag}`])),
  };
  const [top = field] = field.split(".");
  if (top === "schedule") return direct[field] ?? scheduleFlag(flags);
  return Object.hasOwn(direct, top) ? (direct[top] ?? field) : field;
}

function scheduleFlag(flags: TaskFlags): string {
  const given = (["cron", "preset", "at", "manual"] as const).find((name) => flags[name] !== undefined);
  return `--${given ?? "timezone"}`;
}

function scheduleOf(flags: TaskFlags, current: Schedule | undefined): NewTask["schedule"] {
  const { cron, preset, at, manual, timezone } = flags;
  const zone = timezone === undefined ? {} : { timezone };
  if (cron !== undefined) return { type: "cron", expression: cron, ...zone };
  if (preset !== undefined) return { type: "cron", preset, ...zone };
  if (at !== undefined) return { type: "once", at, ...zone };
  if (timezone === undefined) return manual && { type: "manual" };
  if (manual || !current || current.type === "manual") {
    throw usageError("--timezone needs a schedule: give --cron, --preset or --at as well.");
  }
  if (current.type === "once") return { type: "once", at: current.at, timezone };
  return { type: "cron", expression: current.expression, timezone };
}

function commaList(value: string): string[] {
  return value
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}
