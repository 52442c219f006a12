import * as z from "zod";
import { settingVariables } from "../stacks/settings.ts";

/** The person asked for something that cannot be done as it was said; the message says what to do. */
export class Refusal extends Error {
  override readonly name = "Refusal";
}

export type Tool = "sst" | "cdk";

export type SettingVariable = (typeof settingVariables)[keyof typeof settingVariables];

/** A command line of SST's or CDK's, with what Errand takes out of it. */
export interface Invocation {
  readonly tool: Tool;
  /** What the tool is told; its own words only. */
  readonly args: string[];
  readonly stage: string | undefined;
  readonly region: string | undefined;
  readonly profile: string | undefined;
  readonly forget: readonly SettingVariable[];
}

const variable = z.enum(settingVariables);

/** Throws Refusal. `--stage`, `--region` and `--profile` mean the same to both tools; `--forget` is Errand's own. */
export function readArguments(tool: Tool, args: readonly string[]): Invocation {
  const rest = [...args];
  const stage = takeOption(rest, "--stage");
  const region = takeOption(rest, "--region");
  const profile = takeOption(rest, "--profile");
  const forget: SettingVariable[] = [];
  for (let name = takeOption(rest, "--forget"); name !== undefined; name = takeOption(rest, "--forget")) {
    for (const one of name.split(",")) forget.push(settingNamed(one.trim()));
  }
  return { tool, args: rest, stage, region, profile, forget };
}

function settingNamed(name: string): SettingVariable {
  const parsed = variable.safeParse(name);
  if (parsed.success) return parsed.data;
  throw new Refusal(`--forget takes one of ${Object.values(settingVariables).join(", ")}, not ${name}.`);
}

/** Takes `--name VALUE` or `--name=VALUE` out of the arguments; what follows `--` is not ours. */
function takeOption(args: string[], name: string): string | undefined {
  const end = args.indexOf("--");
  const index = args.findIndex((arg, at) => (end < 0 || at < end) && (arg === name || arg.startsWith(`${name}=`)));
  if (index < 0) return undefined;
  const joined = args[index]?.startsWith(`${name}=`);
  const [first, second] = args.splice(index, joined ? 1 : 2);
  const value = joined ? first?.slice(name.length + 1) : second;
  if (!value || value.startsWith("-")) throw new Refusal(`${name} needs a value.`);
  return value;
}
