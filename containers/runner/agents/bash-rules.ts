import * as z from "zod";

/**
 * Whether a shell command is one of these, such as `git *` or `npm test`; of several in one line each has to be. What
 * cannot be told for sure is none.
 */
export function isAllowedCommand(command: string, rules: readonly string[]): boolean {
  const parts = partsOf(command);
  return parts !== undefined && parts.length > 0 && parts.every((part) => rules.some((rule) => matches(part, rule)));
}

/** The commands of a line; undefined where another one hides inside of one, or a quote is not closed. */
function partsOf(line: string): string[] | undefined {
  const parts: string[] = [];
  let part = "";
  let quote = "";
  for (let i = 0; i < line.length; i++) {
    const c = line[i] as string;
    if (c === "\\" && quote !== "'") {
      part += c + (line[++i] ?? "");
      continue;
    }
    if (quote !== "'" && (c === "`" || (c === "$" && line[i + 1] === "("))) return undefined;
    if (quote === "" && (c === "<" || c === ">") && line[i + 1] === "(") return undefined;
    if (quote !== "") quote = c === quote ? "" : quote;
    else if (c === "'" || c === '"') quote = c;
    else if (c === "(" || c === ")" || c === "{" || c === "}" || c === "#") return undefined;
    else if (c === ";" || c === "|" || c === "\n" || (c === "&" && !/[<>]$/.test(part) && line[i + 1] !== ">")) {
      parts.push(part);
      part = "";
      continue;
    }
    part += c;
  }
  if (quote !== "") return undefined;
  return [...parts, part].map((text) => text.trim()).filter((text) => text !== "");
}

/** In a rule `*` is anything, also nothing after a space; `git:*` is `git *`. */
function matches(command: string, rule: string): boolean {
  const pattern = rule.trim().replace(/:\*$/, " *");
  if (pattern.endsWith(" *") && command === pattern.slice(0, -2)) return true;
  const parts = pattern.split("*").map((text) => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  return new RegExp(`^${parts.join("[\\s\\S]*")}$`).test(command);
}

const call = z.object({ tool_input: z.object({ command: z.string() }) });

/** Claude Code's question before it runs a command, and the answer that denies it; undefined leaves it to the other rules. */
export function judge(question: string, rules: readonly string[]): string | undefined {
  const asked = call.safeParse(parsed(question));
  if (asked.success && isAllowedCommand(asked.data.tool_input.command, rules)) return undefined;
  return JSON.stringify({
    hookSpecificOutput: {
      hookEventName: "PreToolUse",
      permissionDecision: "deny",
      permissionDecisionReason: `This task allows these commands only: ${rules.join(", ")}.`,
    },
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
