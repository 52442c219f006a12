import { isUnheld, toolOf } from "../../contract/tool.ts";
import type { Inspector } from "../route.ts";

/** What Claude Code calls a tool when it offers it to the model, where that is not its name. */
const offeredAs: Record<string, string[]> = {
  Task: ["Agent"],
  KillBash: ["TaskStop"],
  KillShell: ["TaskStop"],
  // The second one searches at the provider, in a call of its own.
  WebSearch: ["WebSearch", "web_search"],
};
/** Stands for tools that are told of later, and can do nothing. */
const placeholder = "DeferredToolPlaceholder";

/**
 * Offers the model no other tools than those of a list, whatever the CLI offers: what the model is not offered it does
 * not call.
 */
export function onlyTools(rules: readonly string[]): Inspector {
  const listed = rules.filter((rule) => !isUnheld(rule, "allowed")).map(toolOf);
  const names = new Set([placeholder, ...listed.flatMap((name) => offeredAs[name] ?? name)]);
  const servers = listed.filter((name) => name.startsWith("mcp__")).map((name) => `${name.replace(/__\*$/, "")}__`);
  const isListed = (name: unknown) =>
    typeof name === "string" && (names.has(name) || servers.some((server) => name.startsWith(server)));
  return ({ endpoint, body }) => {
    const tools = endpoint.kind === "call" ? body?.get("tools") : undefined;
    if (!Array.isArray(tools)) return undefined;
    const offered = tools.filter((tool) => isListed((tool as { name?: unknown } | null)?.name));
    if (offered.length < tools.length) body?.set("tools", offered);
    return undefined;
  };
}
