import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Agent } from "./agent.ts";
import { claude } from "./claude.ts";
import { codex } from "./codex.ts";

const samples = join(import.meta.dirname, "samples");

function read(agent: Agent, file: string, more: (lines: string[]) => string[] = (lines) => lines) {
  const reader = agent.reader();
  const lines = more(readFileSync(join(samples, agent.command, `${file}.jsonl`), "utf8").split("\n"));
  const entries = lines.flatMap((line) => reader.read(line));
  return { entries, kinds: entries.map((entry) => entry.kind), summary: reader.summary() };
}

describe("Claude Code's events", () => {
  test("a run with a tool call", () => {
    expect(read(claude, "success")).toEqual({
      kinds: ["system", "tool_call", "tool_result", "assistant"],
      entries: [
        { kind: "system", text: "Claude Code 2.1.328, model claude-sonnet-4-5" },
        { kind: "tool_call", text: "echo hi > out.txt && cat out.txt", tool: "Bash" },
        { kind: "tool_result", text: "hi", tool: "Bash" },
        { kind: "assistant", text: "Done: wrote out.txt" },
      ],
      summary: { end: "success", result: "Done: wrote out.txt", turns: 2 },
    });
  });

  test.each([
    ["resumed", { end: "success", result: "Plain answer", turns: 1 }],
    ["mcp-tool", { end: "success", result: "MCP answered", turns: 2 }],
    ["hook-denied", { end: "success", result: "Done: wrote out.txt", turns: 2 }],
    ["max-turns", { end: "max-turns", turns: 3 }],
    ["auth-403", { end: "error", reason: "Failed to authenticate. API Error: 403 forbidden", turns: 1 }],
    ["interrupted", { end: "error", reason: expect.stringContaining("ede_diagnostic"), turns: 3 }],
  ])("%s ends as it should", (file, summary) => {
    expect(read(claude, file).summary).toEqual(summary);
  });

  test("a refused key shows as an error, not as the agent's words", () => {
    expect(read(claude, "auth-403").kinds).toEqual(["system", "error"]);
  });
});

describe("Codex's events", () => {
  test("a run with a command", () => {
    expect(read(codex, "success")).toEqual({
      kinds: ["system", "system", "tool_call", "tool_result", "assistant"],
      entries: [
        { kind: "system", text: expect.stringContaining("Codex thread") },
        { kind: "system", text: expect.stringContaining("Model metadata") },
        { kind: "tool_call", text: "/bin/bash -lc 'echo hi > out.txt && cat out.txt'", tool: "shell" },
        { kind: "tool_result", text: "hi\n", tool: "shell" },
        { kind: "assistant", text: "Done: wrote out.txt" },
      ],
      summary: { end: "success", result: "Done: wrote out.txt" },
    });
  });

  test("a changed file", () => {
    expect(read(codex, "file-change").entries[1]).toEqual({
      kind: "tool_result",
      text: "add /home/agent/repo/p.txt",
      tool: "file_change",
    });
  });

  test("a tool of an MCP server", () => {
    expect(read(codex, "mcp-tool").entries.slice(1, 3)).toEqual([
      { kind: "tool_call", text: '{"q":"ticket-42"}', tool: "stub.lookup" },
      { kind: "tool_result", text: "ticket ticket-42 is OPEN", tool: "stub.lookup" },
    ]);
  });

  test("trying again is not failing, turn.failed is", () => {
    const { kinds, summary } = read(codex, "auth-401");
    expect(kinds.filter((kind) => kind === "error")).toHaveLength(6);
    expect(summary).toEqual({ end: "error", reason: expect.stringContaining("401 Unauthorized") });
  });
});

describe.each([claude, codex])("$label", (agent) => {
  const files = readdirSync(join(samples, agent.command)).map((name) => name.replace(".jsonl", ""));

  test.each(files)("strange lines in %s change nothing", (file) => {
    const strange = [
      "",
      "plain text",
      "{",
      "null",
      "[]",
      '{"type":"news"}',
      '{"type":"assistant"}',
      '{"type":"assistant","message":{"content":"text"}}',
      '{"type":"assistant","message":{"content":[null,{"type":"hologram"}]}}',
      '{"type":"user","message":null}',
      '{"type":"system","subtype":"news"}',
      '{"type":"item.started"}',
      '{"type":"item.completed","item":{"type":"hologram"}}',
    ];
    const plain = read(agent, file);
    expect(read(agent, file, (lines) => lines.flatMap((line) => [...strange, line]))).toEqual(plain);
  });

  test.each(files)("%s may end at any line", (file) => {
    const { entries } = read(agent, file);
    for (let kept = 0; kept < 10; kept++) {
      const cut = read(agent, file, (lines) => lines.slice(0, kept)).entries;
      expect(entries.slice(0, cut.length)).toEqual(cut);
    }
  });
});
