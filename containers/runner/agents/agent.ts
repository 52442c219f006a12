import type { ModelCall, WorkOrder } from "../../../contract/work-order.ts";
import type { LogEntry } from "../log.ts";

/** All that a CLI is started from. Nothing in it is secret but the gateway's pass, which ends with the run. */
export interface Plan {
  task: WorkOrder["task"];
  credentialKind: WorkOrder["secrets"]["credential"]["kind"];
  gatewayUrl: string;
  /** A fresh home, the agent's own. */
  home: string;
  /** What the agent is told about its run. */
  context: string;
  /** The repository's own words to agents, or empty. */
  instructions: string;
  /** The agent runs as uid 0. */
  root: boolean;
  /** The command that starts the runner's own program. */
  self: string[];
}

export interface Invocation {
  args: string[];
  /** Added to what every agent gets. */
  env: Record<string, string>;
  /** Made below the home before the CLI starts: path to content. */
  files: Record<string, string>;
  stdin: string;
}

/** What a CLI said about its own end. */
export interface Summary {
  end: "success" | "max-turns" | "error" | "none";
  /** The agent's final text. */
  result?: string;
  turns?: number;
  /** The CLI's reason for an error. */
  reason?: string;
}

/** Understands a CLI's event stream. Kinds of events it does not know are passed over. */
export interface EventReader {
  read(line: string): LogEntry[];
  summary(): Summary;
}

/** One agent CLI: how it is started and how its events read. */
export interface Agent {
  /** Found by name on PATH. */
  command: string;
  label: string;
  provider: ModelCall["provider"];
  /** The CLI knows no limit of turns: the gateway counts model calls. */
  countTurns: boolean;
  /** Names of the files in a repository that speak to agents and that the CLI does not read by itself, best first. */
  instructionFiles: string[];
  invoke(plan: Plan): Invocation;
  reader(task?: Pick<WorkOrder["task"], "allowedTools" | "disallowedTools">): EventReader;
}

export type Json = { [key: string]: unknown };
export const object = (value: unknown): Json => (typeof value === "object" && value !== null ? (value as Json) : {});
export const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
export const string = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;

/** One line of a stream of JSON objects; undefined for anything else. */
export function parseEvent(line: string): Json | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    return object(JSON.parse(line));
  } catch {
    return undefined;
  }
}
