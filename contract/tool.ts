/**
 * The tools that Claude Code knows, by all the names it takes for them; `runner/tools.test.ts` holds the list against the
 * CLI that the images pin. Tools of MCP servers are `mcp__server` or `mcp__server__tool`.
 */
export const claudeTools = [
  ..."Agent AgentOutputTool Artifact AskUserQuestion Bash BashOutput BashOutputTool Brief CronCreate CronDelete".split(
    " ",
  ),
  ..."CronList Edit EnterPlanMode EnterWorktree ExitPlanMode ExitWorktree Glob Grep KillBash KillShell LSP".split(" "),
  ..."ListAgents ListMcpResources ListMcpResourcesTool Monitor NotebookEdit PowerShell Projects ProposeGoal".split(" "),
  ..."PushNotification Read ReadMcpResource ReadMcpResourceDir ReadMcpResourceDirTool ReadMcpResourceTool".split(" "),
  ..."ReadNotifications RemoteTrigger ReportFindings ScheduleWakeup SendFeedback SendMessage SendUserFile".split(" "),
  ..."SendUserMessage Skill Task TaskCreate TaskGet TaskList TaskOutput TaskStop TaskUpdate TeamCreate".split(" "),
  ..."TeamDelete TodoWrite ToolSearch WaitForMcpServers WebFetch WebSearch Workflow Write".split(" "),
];

/** As the only allowed tool it means that none is: also what an empty list of earlier versions has become. */
export const noTool = "none";

/** Its tool, and what the rule says about it: `Bash(git *)`. */
const rule = /^([^\s()]+)(\(.+\))?$/s;

/** `Bash(git *)` is a rule about Bash. */
export const toolOf = (text: string) => text.replace(/\(.*/s, "").trim();

/**
 * The tools that a rule in parentheses truly limits: the runner judges the shell's, Claude Code the others. It would let
 * `Read(docs/**)` read, `Grep(docs/**)` search and `Agent(Explore)` start anything; refused `Write(docs/**)` it would write
 * all the same, and only `Edit(docs/**)` keeps it from that. `runner/tools.test.ts` tries them.
 */
const limitedByRules = {
  allowed: ["Bash", "Edit", "Write", "WebFetch"],
  disallowed: ["Bash", "Edit", "Read", "WebFetch", "Agent", "Task", "Skill"],
};
export type ToolList = keyof typeof limitedByRules;

/** Whether a rule has something in parentheses that nothing would hold the tool to. */
export const isUnheld = (text: string, list: ToolList) =>
  text.includes("(") && !limitedByRules[list].includes(toolOf(text));

/** What is wrong with a rule that allows or refuses a tool; one that refuses may say `Web*`. */
export function toolFault(text: string, list: ToolList): string | undefined {
  const name = rule.exec(text)?.[1];
  if (name === undefined)
    return "must be a tool or a rule with one pair of parentheses at its end, such as Bash(git *)";
  if (isUnheld(text, list)) return unheld(name, list);
  if (name.startsWith("mcp__") || (list === "allowed" && text === noTool)) return undefined;
  if (list === "disallowed" && name.includes("*")) return matching(name) ? undefined : unknown(name);
  return claudeTools.includes(name) ? undefined : unknown(name);
}

const unheld = (name: string, list: ToolList) =>
  `must be ${name} without parentheses, or not be there: rules hold for ${limitedByRules[list].join(", ")} only`;

function matching(pattern: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[^\w]/g, "\\$&"));
  return claudeTools.some((tool) => new RegExp(`^${parts.join(".*")}$`).test(tool));
}

function unknown(name: string): string {
  const meant = claudeTools.find((tool) => tool.toLowerCase() === name.toLowerCase());
  const hint = meant ? `; did you mean ${meant}?` : ", and tools of MCP servers begin with mcp__";
  return `must be a tool that Claude Code knows, which "${name}" is not${hint}`;
}
