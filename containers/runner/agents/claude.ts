import { claudeTools, isUnheld, noTool, toolFault, toolOf } from "../../../contract/tool.ts";
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

/** Tools that wait for a person or for a later hour; nobody is there and the container ends with the run. */
const unattended = [
  "AskUserQuestion",
  "CronCreate",
  "CronDelete",
  "CronList",
  "EnterPlanMode",
  "ExitPlanMode",
  "ScheduleWakeup",
];

const instructionsFile = ".errand/instructions.md";
const settingsFile = ".errand/settings.json";

/** The argument with which the runner's program judges a command instead of running an agent. */
export const JUDGE = "judge-command";

/** Claude Code. It takes its user's settings only: a checkout's own settings could switch off what guards the run. */
export const claude: Agent = {
  command: "claude",
  label: "Claude Code",
  provider: "anthropic",
  countTurns: false,
  instructionFiles: ["CLAUDE.md", "AGENTS.md"],
  invoke,
  reader,
};

function invoke({ task, credentialKind, gatewayUrl, home, context, instructions, root, self }: Plan): Invocation {
  const limited = task.allowedTools.length > 0;
  const allowed = heldOf(task.allowedTools);
  const commands = commandRules(allowed);
  const permissions = limited ? onlyThese(allowed) : ["--dangerously-skip-permissions"];
  return {
    args: [
      "-p",
      "--output-format=stream-json",
      "--verbose",
      `--model=${task.model}`,
      `--max-turns=${task.maxTurns}`,
      "--setting-sources=user",
      "--strict-mcp-config",
      `--disallowedTools=${[...unattended, ...refusedBy(task.disallowedTools)].join(",")}`,
      ...permissions,
      ...(commands ? [`--settings=${home}/${settingsFile}`] : []),
      `--append-system-prompt-file=${home}/${instructionsFile}`,
    ],
    env: {
      ANTHROPIC_BASE_URL: `${gatewayUrl}/anthropic`,
      [credentialKind === "claudeoauthtoken" ? "CLAUDE_CODE_OAUTH_TOKEN" : "ANTHROPIC_API_KEY"]: "dummy",
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
      CLAUDE_CODE_MAX_RETRIES: "2",
      CLAUDE_CODE_TMPDIR: `${home}/tmp`,
      // Without it the CLI refuses to work without permissions as root.
      ...(root && !limited ? { IS_SANDBOX: "1" } : {}),
    },
    files: {
      [instructionsFile]: `${context}\n${instructions}`,
      ...(commands && { [settingsFile]: JSON.stringify(judged(commands, self)) }),
    },
    // The CLI takes a slash at the very beginning for a command of its own; a prompt is words to the model.
    stdin: task.prompt.startsWith("/") ? `\n${task.prompt}` : task.prompt,
  };
}

/** Without the rules of earlier versions that the CLI would take for more than they say; where none is left, no tool. */
function heldOf(rules: string[]): string[] {
  const held = rules.filter((rule) => !isUnheld(rule, "allowed"));
  return held.length > 0 ? held : [noTool];
}

/** Where nothing would keep to what a rule of an earlier version says, the whole tool is refused. */
const refusedBy = (rules: string[]) => rules.map((rule) => (isUnheld(rule, "disallowed") ? toolOf(rule) : rule));

/**
 * A list of rules means these tools and no others: `--tools` takes all others away from the agent and its subagents,
 * and whatever no rule allows is denied, because nobody is there to be asked.
 */
function onlyThese(rules: string[]): string[] {
  const builtIn = new Set(rules.map(toolOf).filter((tool) => !tool.startsWith("mcp__")));
  return ["--permission-mode=dontAsk", `--tools=${[...builtIn].join(",")}`, `--allowedTools=${rules.join(",")}`];
}

/** What the shell may run where rules say so; undefined where it may run everything, or nothing. */
function commandRules(rules: string[]): string[] | undefined {
  if (rules.some((rule) => /^Bash(\(\*?\))?$/.test(rule.trim()))) return undefined;
  const found = rules.map((rule) => /^Bash\((.+)\)$/s.exec(rule.trim())?.[1]).filter((text) => text !== undefined);
  return found.length > 0 ? found : undefined;
}

/** Seconds for one judgement; the CLI must wait longer, because it lets a command pass where a hook is not done in time. */
const JUDGE_SECONDS = 20;

/**
 * The CLI runs commands that only read without a rule. So it is made to ask the runner's own program first. It takes a
 * hook that breaks for consent, unless it ends with 2: so does every judgement that did not come about.
 */
function judged(commands: string[], self: string[]) {
  const rules = Buffer.from(JSON.stringify(commands)).toString("base64url");
  const program = [...self.map((word) => `'${word.replaceAll("'", "'\\''")}'`), JUDGE, rules].join(" ");
  const refused = "{ echo 'The command could not be judged, so it is refused.' >&2; exit 2; }";
  const command = `timeout -s KILL ${JUDGE_SECONDS} ${program} || ${refused}`;
  const hook = { type: "command", command, timeout: 3 * JUDGE_SECONDS };
  return { hooks: { PreToolUse: [{ matcher: "Bash", hooks: [hook] }] } };
}

type Lists = Pick<Plan["task"], "allowedTools" | "disallowedTools">;

/** What the CLI calls a tool where it lists them. */
const listedAs: Record<string, string> = { Agent: "Task", KillBash: "TaskStop", KillShell: "TaskStop" };

/** What the lists say that this CLI cannot follow, each a sentence. */
function oddities({ allowedTools, disallowedTools }: Lists, offered: unknown[]): string[] {
  const isMissing = (tool: string) => !tool.startsWith("mcp__") && !offered.includes(listedAs[tool] ?? tool);
  const unheld = allowedTools.filter((rule) => isUnheld(rule, "allowed"));
  const odd = heldOf(allowedTools)
    .map(toolOf)
    .filter((tool) => tool !== noTool && isMissing(tool));
  const tooWide = disallowedTools.filter((rule) => isUnheld(rule, "disallowed"));
  const typos = refusedBy(disallowedTools).filter((rule) => toolFault(rule, "disallowed") !== undefined);
  return [
    ...(allowedTools.includes(noTool)
      ? ["This task allows the agent no tool: its list of allowed tools says so."]
      : []),
    ...odd.map((tool) =>
      claudeTools.includes(tool)
        ? `Claude Code does not offer this tool here: ${tool}`
        : `Claude Code has no tool of this name: ${tool}`,
    ),
    ...unheld.map((rule) => `Claude Code would not keep to this rule, so it allows nothing: ${rule}`),
    ...tooWide.map((rule) => `Claude Code would not keep to this rule, so all of ${toolOf(rule)} is refused: ${rule}`),
    ...typos.map((rule) => `Claude Code knows no such tool, so nothing was refused: ${rule}`),
  ];
}

function reader(lists: Lists = { allowedTools: [], disallowedTools: [] }): EventReader {
  const tools = new Map<unknown, string>();
  let summary: Summary = { end: "none" };

  function assistant(event: Json): LogEntry[] {
    const blocks = list(object(event.message).content).map(object);
    return blocks.flatMap((block): LogEntry[] => {
      const text = string(block.text);
      if (block.type === "text" && text) return [{ kind: event.is_api_error_message ? "error" : "assistant", text }];
      if (block.type !== "tool_use") return [];
      const tool = string(block.name) ?? "tool";
      tools.set(block.id, tool);
      return [{ kind: "tool_call", text: inputText(block.input), tool }];
    });
  }

  function user(event: Json): LogEntry[] {
    const blocks = list(object(event.message).content).map(object);
    return blocks.flatMap((block): LogEntry[] => {
      if (block.type !== "tool_result") return [];
      const tool = tools.get(block.tool_use_id);
      return [{ kind: "tool_result", text: contentText(block.content), ...(tool ? { tool } : {}) }];
    });
  }

  return {
    read(line) {
      const event = parseEvent(line);
      if (event?.type === "assistant") return assistant(event);
      if (event?.type === "user") return user(event);
      if (event?.type === "result") summary = summarise(event);
      if (event?.type === "system" && event.subtype === "init") {
        const words = [`Claude Code ${event.claude_code_version}, model ${event.model}`];
        words.push(...oddities(lists, list(event.tools)));
        return words.map((text): LogEntry => ({ kind: "system", text }));
      }
      return [];
    },
    summary: () => summary,
  };
}

/** `subtype` alone says nothing: a refused key comes as `success` with `is_error`. */
function summarise(event: Json): Summary {
  const turns = typeof event.num_turns === "number" ? { turns: event.num_turns } : {};
  const text = string(event.result);
  if (event.is_error === false) return { end: "success", result: text ?? "", ...turns };
  if (event.subtype === "error_max_turns") return { end: "max-turns", ...turns };
  const reason = text ?? list(event.errors).filter(string).join("; ");
  return { end: "error", ...turns, ...(reason ? { reason } : {}) };
}

function inputText(input: unknown): string {
  const command = object(input).command;
  return string(command) ?? JSON.stringify(input ?? {});
}

function contentText(content: unknown): string {
  if (typeof content === "string") return content;
  return list(content)
    .map((block) => string(object(block).text) ?? `[${object(block).type}]`)
    .join("\n");
}
