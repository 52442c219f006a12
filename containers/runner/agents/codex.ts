import type { LogEntry } from "../log.ts";
import {
  type Agent,
  type EventReader,
  type Invocation,
  type Json,
  list,
  object,
  type Plan,
  parseEvent,
  type Summary,
  string,
} from "./agent.ts";

/** Codex. It reads AGENTS.md by itself, and CLAUDE.md where it is told so; it knows neither turns nor cost. */
export const codex: Agent = {
  command: "codex",
  label: "Codex",
  provider: "openai",
  countTurns: true,
  instructionFiles: [],
  invoke,
  reader,
};

/** Settings of a provider of our own: the built-in one ignores the base URL. */
function settings(gatewayUrl: string): string[] {
  const provider = "model_providers.errand";
  return [
    `${provider}.name="errand"`,
    `${provider}.base_url="${gatewayUrl}/openai/v1"`,
    `${provider}.env_key="OPENAI_API_KEY"`,
    `${provider}.wire_api="responses"`,
    `${provider}.request_max_retries=2`,
    `${provider}.stream_max_retries=2`,
    'model_provider="errand"',
    // Its tools get what it got itself, which the runner has chosen, whatever the names look like; only the key is not theirs.
    'shell_environment_policy.inherit="all"',
    "shell_environment_policy.ignore_default_excludes=true",
    'shell_environment_policy.exclude=["OPENAI_API_KEY"]',
    'project_doc_fallback_filenames=["CLAUDE.md"]',
    "analytics.enabled=false",
    "check_for_update_on_startup=false",
  ];
}

function invoke({ task, gatewayUrl, home, context }: Plan): Invocation {
  return {
    args: [
      "exec",
      "--json",
      "--skip-git-repo-check",
      `--model=${task.model}`,
      `--sandbox=${task.sandbox ?? "danger-full-access"}`,
      ...settings(gatewayUrl).flatMap((setting) => ["-c", setting]),
      "--disable=plugins",
      "--disable=unbounded_connection_retries",
      "-",
    ],
    env: { CODEX_HOME: `${home}/.codex`, OPENAI_API_KEY: "dummy" },
    // Codex wants its home to be there.
    files: { ".codex/config.toml": "", ".codex/AGENTS.md": context },
    stdin: task.prompt,
  };
}

function reader(): EventReader {
  let summary: Summary = { end: "none" };
  let answer = "";
  return {
    read(line) {
      const event = parseEvent(line);
      switch (event?.type) {
        case "thread.started":
          return [{ kind: "system", text: `Codex thread ${event.thread_id}` }];
        case "item.started":
          return started(object(event.item));
        case "item.completed": {
          const item = object(event.item);
          if (item.type === "agent_message") answer = string(item.text) ?? answer;
          return completed(item);
        }
        case "turn.completed":
          summary = { end: "success", result: answer };
          return [];
        case "turn.failed": {
          const reason = string(object(event.error).message);
          summary = { end: "error", ...(reason ? { reason } : {}) };
          return [];
        }
        case "error":
          return [{ kind: "error", text: string(event.message) ?? "Codex reported an error." }];
        default:
          return [];
      }
    },
    summary: () => summary,
  };
}

function started(item: Json): LogEntry[] {
  if (item.type === "command_execution")
    return [{ kind: "tool_call", text: string(item.command) ?? "", tool: "shell" }];
  if (item.type === "mcp_tool_call") {
    return [{ kind: "tool_call", text: JSON.stringify(item.arguments ?? {}), tool: mcpTool(item) }];
  }
  if (item.type === "web_search") return [{ kind: "tool_call", text: string(item.query) ?? "", tool: "web_search" }];
  return [];
}

function completed(item: Json): LogEntry[] {
  switch (item.type) {
    case "agent_message":
      return [{ kind: "assistant", text: string(item.text) ?? "" }];
    case "command_execution":
      return [{ kind: "tool_result", text: commandText(item), tool: "shell" }];
    case "file_change":
      return [{ kind: "tool_result", text: changesText(item), tool: "file_change" }];
    case "mcp_tool_call":
      return [{ kind: "tool_result", text: mcpText(item), tool: mcpTool(item) }];
    case "error":
      // A warning, such as a model it has no data about: the run goes on.
      return [{ kind: "system", text: string(item.message) ?? "" }];
    default:
      return [];
  }
}

const mcpTool = (item: Json) => `${item.server}.${item.tool}`;

function commandText(item: Json): string {
  const output = string(item.aggregated_output) ?? "";
  return item.exit_code === 0 ? output : `${output}\n[exit code ${item.exit_code}]`;
}

function changesText(item: Json): string {
  return list(item.changes)
    .map(object)
    .map((change) => `${change.kind} ${change.path}`)
    .join("\n");
}

function mcpText(item: Json): string {
  const error = string(object(item.error).message);
  if (error) return error;
  return list(object(item.result).content)
    .map((part) => string(object(part).text) ?? `[${object(part).type}]`)
    .join("\n");
}
