import { afterAll, beforeAll, expect, test } from "vitest";
import { demoPrompt, demoScript } from "./demo/script.ts";
import { type ScriptedModel, startScriptedModel } from "./scripted-model.ts";

let model: ScriptedModel;
beforeAll(async () => {
  model = await startScriptedModel([demoScript], "I am scripted.");
});
afterAll(() => model.close());

interface Reply {
  text: string;
  command: string | undefined;
}

/** What Claude Code would get: `results` are what the commands so far have printed. */
async function claude(prompt: string, results: string[] = []): Promise<Reply & { usage: { input_tokens: number } }> {
  const turns = results.flatMap((content, n) => [
    { role: "assistant", content: [{ type: "tool_use", id: `t${n}`, name: "Bash", input: { command: "x" } }] },
    { role: "user", content: [{ type: "tool_result", tool_use_id: `t${n}`, content }] },
  ]);
  const reply = await post("/v1/messages", {
    model: "claude-sonnet-4-5",
    max_tokens: 1000,
    tools: [{ name: "Bash", input_schema: { type: "object" } }],
    messages: [{ role: "user", content: prompt }, ...turns],
  });
  const blocks: { type: string; text?: string; input?: { command: string } }[] = reply.content;
  return {
    text: blocks.find((block) => block.type === "text")?.text ?? "",
    command: blocks.find((block) => block.type === "tool_use")?.input?.command,
    usage: reply.usage,
  };
}

/** What Codex would get. */
async function codex(prompt: string, results: string[] = []): Promise<Reply> {
  const turns = results.flatMap((output, n) => [
    { type: "function_call", call_id: `c${n}`, name: "exec_command", arguments: "{}" },
    { type: "function_call_output", call_id: `c${n}`, output },
  ]);
  const reply = await post("/v1/responses", {
    model: "gpt-5.5",
    tools: [{ type: "function", name: "exec_command", parameters: { type: "object" } }],
    input: [{ role: "user", content: [{ type: "input_text", text: prompt }] }, ...turns],
  });
  const items: { type: string; content?: { text: string }[]; arguments?: string }[] = reply.output;
  const call = items.find((item) => item.type === "function_call");
  return {
    text: items.find((item) => item.type === "message")?.content?.[0]?.text ?? "",
    command: call && JSON.parse(call.arguments ?? "{}").cmd,
  };
}

async function post(path: string, body: unknown) {
  const response = await fetch(model.url + path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(200);
  return await response.json();
}

test.each([
  ["Claude Code", claude],
  ["Codex", codex],
])("%s is led through the demo: test, look, correct, test, push, answer", async (_, ask) => {
  const printed = ["ℹ fail 1", "code", "", "# fail 0", "abc123 Drop dashes at the ends"];
  const replies = await Promise.all([0, 1, 2, 3, 4, 5].map((n) => ask(demoPrompt, printed.slice(0, n))));
  const commands = replies.map(({ command }) => command?.split(" ").slice(0, 2).join(" "));
  expect(commands).toEqual(["node --test", "cat src/slug.js", "git apply", "node --test", "git commit", undefined]);
  expect(replies[4]?.command).toContain("git push -q origin HEAD:main");
  expect(replies[5]?.text).toContain("pushed to `main`");
});

test("it does not claim what did not happen", async () => {
  expect((await claude(demoPrompt, ["ℹ fail 0"])).text).toContain("nothing to correct");
  expect((await claude(demoPrompt, ["fail 1", "code", "", "fail 1"])).text).toContain("still fail");
  expect((await claude(demoPrompt, ["fail 1", "code", "", "fail 0", "remote: refused"])).text).toContain(
    "not be pushed",
  );
});

test("any other prompt is told what answers", async () => {
  expect(await claude("Write a poem.")).toMatchObject({ text: "I am scripted.", command: undefined });
  expect(await codex("Write a poem.")).toMatchObject({ text: "I am scripted.", command: undefined });
});

test("usage grows with the conversation", async () => {
  const [short, long] = await Promise.all([claude("Hi."), claude("Hi. ".repeat(1000))]);
  expect(long.usage.input_tokens - short.usage.input_tokens).toBe(999);
});
