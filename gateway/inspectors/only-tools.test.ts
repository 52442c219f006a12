import { afterEach, expect, test } from "vitest";
import { closeGateways, testGateway } from "../testing/gateway.ts";

afterEach(closeGateways);

/** What reaches the provider of this request, where a task has this list. */
async function passedOn(allowedTools: string[], body: string): Promise<string> {
  let sent = "";
  const { url } = await testGateway(
    (request, response) => {
      request.on("data", (bytes) => {
        sent += bytes;
      });
      request.on("end", () => response.writeHead(200, { "content-type": "application/json" }).end("{}"));
    },
    { allowedTools },
  );
  await (await fetch(`${url}/anthropic/v1/messages`, { method: "POST", body })).text();
  return sent;
}

/** The names of the tools that reach the provider when the CLI offers these. */
async function offered(allowedTools: string[], names: string[]): Promise<string[]> {
  const tools = names.map((name) => ({ name, input_schema: { type: "object" } }));
  const sent = await passedOn(allowedTools, JSON.stringify({ model: "the-task-model", tools, messages: [] }));
  return (JSON.parse(sent) as { tools: { name: string }[] }).tools.map(({ name }) => name);
}

const every = ["Agent", "Bash", "DeferredToolPlaceholder", "Read", "TaskStop", "WebSearch", "mcp__x__y", "web_search"];

test.each([
  [[], every],
  [["Read"], ["DeferredToolPlaceholder", "Read"]],
  [
    ["Bash(git *)", "mcp__x"],
    ["Bash", "DeferredToolPlaceholder", "mcp__x__y"],
  ],
  [["mcp__x__y"], ["DeferredToolPlaceholder", "mcp__x__y"]],
  [["mcp__x__*"], ["DeferredToolPlaceholder", "mcp__x__y"]],
  [["mcp__x__y2", "mcp__x__"], ["DeferredToolPlaceholder"]],
  [
    ["Task", "KillShell"],
    ["Agent", "DeferredToolPlaceholder", "TaskStop"],
  ],
  [["WebSearch"], ["DeferredToolPlaceholder", "WebSearch", "web_search"]],
  [["none"], ["DeferredToolPlaceholder"]],
  // A rule of an earlier version that nothing would keep to.
  [["Read(docs/**)"], ["DeferredToolPlaceholder"]],
])("with the list %j the model is offered %j", async (allowedTools, expected) => {
  expect(await offered(allowedTools, every)).toEqual(expected);
});

test("a request that offers nothing else goes on byte for byte", async () => {
  const body = `{ "model" :"the-task-model","tools":[ {"name":"Read"} ] ,"messages":[]}`;
  expect(await passedOn(["Read"], body)).toBe(body);
});
