import { z } from "zod";
import { readSettings, type Settings, settingVariables } from "../stacks/settings.ts";
import { Refusal, type SettingVariable } from "./arguments.ts";

/** A stage as it stands in one region, before this deployment. */
export interface Standing {
  /** False where nothing of it is there. */
  readonly exists: boolean;
  /** The settings it was deployed with; undefined where it was deployed by a version that kept none. */
  readonly kept: Variables | undefined;
}

export type Variables = Partial<Record<SettingVariable, string>>;

export interface Settled {
  readonly variables: Variables;
  /** What a person is shown, a line a setting: name, value, what happened to it. */
  readonly lines: [name: SettingVariable, value: string, note: string][];
}

const names = Object.values(settingVariables);
const defaults: Variables = { ERRAND_ARCHITECTURE: "arm64" };

/**
 * The settings of a deployment: what was given, else what the stage has. An empty variable gives nothing, as from a CI
 * whose secret is missing; one is taken away by its name in `forget` alone. Throws Refusal.
 */
export function settle(
  given: Record<string, string | undefined>,
  standing: Standing,
  forget: readonly string[],
): Settled {
  const said: Variables = {};
  for (const name of names) {
    const value = given[name]?.trim();
    if (value) said[name] = value;
  }
  const both = names.filter((name) => said[name] && forget.includes(name));
  if (both.length > 0) throw new Refusal(`${both.join(", ")}: given and to be forgotten. Do one of both.`);
  const { kept = {} } = standing;
  if (standing.exists && standing.kept === undefined) askForAll(said, forget);

  const variables: Variables = {};
  const lines = names.map((name): Settled["lines"][number] => {
    const before = kept[name];
    const now = said[name] ?? (forget.includes(name) ? undefined : before);
    if (now !== undefined) variables[name] = now;
    return [name, now ?? defaults[name] ?? "–", note(before, now, standing.kept !== undefined)];
  });
  settingsOf(variables);
  return { variables, lines };
}

/** A stage of a version that kept nothing has settings that nobody can see here: each is to be said once. */
function askForAll(said: Variables, forget: readonly string[]): void {
  const open = (["ERRAND_MAIL_FROM", "ERRAND_ALARM_EMAIL", "ERRAND_CONSOLE_URL"] as const).filter(
    (name) => !said[name] && !forget.includes(name),
  );
  if (open.length === 0) return;
  throw new Refusal(
    `This stage was deployed by a version that did not keep its settings. Say them once more: set ${open.join(", ")}, or give --forget ${open.join(",")} for those it does without.`,
  );
}

function note(before: string | undefined, now: string | undefined, known: boolean): string {
  if (now === before) return now === undefined ? "not set" : "as before";
  if (now === undefined) return `forgotten, was ${before}`;
  if (before !== undefined) return `changed, was ${before}`;
  return known ? "new" : "given";
}

/** Throws Refusal with the variable that cannot be used. */
export function settingsOf(variables: Record<string, string | undefined>): Settings {
  try {
    return readSettings(variables);
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    const [issue] = error.issues;
    throw new Refusal(`${issue?.path.join(".")} cannot be used: ${issue?.message}.`);
  }
}
