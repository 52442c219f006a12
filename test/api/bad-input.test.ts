import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Operation, type OperationName, operations } from "../../contract/operations.ts";
import { bearer, bearerOf, everyOperation, everyRow, pathOf, send } from "../support/api.ts";
import { playRunner } from "../support/runner.ts";
import { canary, type Stack, startStack } from "../support/stack.ts";

let stack: Stack;
let admin: { authorization: string };
let taskId: string;

beforeAll(async () => {
  stack = await startStack({ byItself: "containers" });
  admin = await bearerOf(stack, "admin");
  await stack.client.putCredential({
    params: { agentType: "claude" },
    body: { kind: "anthropicapikey", value: canary },
  });
  taskId = (await stack.createTask({ name: "Nightly Report", agentType: "claude" })).id;
});
afterAll(() => stack.close());

const good = { name: "fresh", prompt: "Say hello." };
const cron = (change: object) => ({ schedule: { type: "cron", expression: "0 9 * * *", ...change } });

/** What is wrong, the body's part, the field at fault, and the code unless it is invalid_input. */
const faults: [string, Record<string, unknown>, string, string?][] = [
  ["a cron with too few fields", cron({ expression: "* * * *" }), "schedule.expression"],
  ["a cron with a minute 60", cron({ expression: "60 * * * *" }), "schedule.expression"],
  ["a cron that is prose", cron({ expression: "every day at nine" }), "schedule.expression"],
  ["a cron that never fires", cron({ expression: "0 0 30 2 *" }), "schedule.expression"],
  ["an unknown macro", cron({ expression: "@sometimes" }), "schedule.expression"],
  ["an empty cron", cron({ expression: "" }), "schedule.expression"],
  ["a cron without expression and preset", { schedule: { type: "cron" } }, "schedule.expression"],
  ["a cron with both expression and preset", cron({ preset: "hourly" }), "schedule.expression"],
  ["an unknown preset", { schedule: { type: "cron", preset: "yearly" } }, "schedule.preset"],
  ["an unknown time zone", cron({ timezone: "Europe/Atlantis" }), "schedule.timezone"],
  ["an empty time zone", cron({ timezone: "" }), "schedule.timezone"],
  ["an unknown field of the schedule", cron({ every: "day" }), "schedule.every"],
  ["an instant in the past", { schedule: { type: "once", at: "2020-01-01T00:00:00Z" } }, "schedule.at"],
  ["an instant without an offset", { schedule: { type: "once", at: "2030-01-01T00:00:00" } }, "schedule.at"],
  ["an instant that does not exist", { schedule: { type: "once", at: "2030-02-30T00:00:00Z" } }, "schedule.at"],
  ["an instant in the far future", { schedule: { type: "once", at: "9999-01-01T00:00:00Z" } }, "schedule.at"],
  ["an unknown type of schedule", { schedule: { type: "lunar" } }, "schedule.type"],
  ["an unknown agent type", { agentType: "gemini" }, "agentType"],
  ["an agent type that is reserved", { agentType: "direct" }, "agentType"],
  ["an empty prompt", { prompt: "" }, "prompt"],
  ["a blank prompt", { prompt: " \n\t " }, "prompt"],
  ["no prompt", { prompt: undefined }, "prompt"],
  ["a prompt of one byte over 32 KB", { prompt: "x".repeat(32 * 1024 + 1) }, "prompt"],
  ["a prompt over 32 KB in bytes, not in characters", { prompt: "å".repeat(16 * 1024 + 1) }, "prompt"],
  ["no name", { name: undefined }, "name"],
  ["a name of 81 characters", { name: "n".repeat(81) }, "name"],
  ["a name with a line break", { name: "two\nlines" }, "name"],
  ["a name that looks like an id", { name: "task_01ARZ3NDEKTSV4RRFFQ69G5FAV" }, "name"],
  ["a name that is taken", { name: "Nightly Report" }, "name", "name_taken"],
  ["a name that is taken in other letters and with spaces", { name: "  nightly REPORT " }, "name", "name_taken"],
  ["an empty list of allowed tools", { allowedTools: [] }, "allowedTools"],
  ["an empty list of disallowed tools", { disallowedTools: [] }, "disallowedTools"],
  ["an unknown field", { color: "red" }, "color"],
  ["the fields of a task that clients do not set", { consecutiveFailures: 0, id: "task_1" }, "consecutiveFailures"],
  ["a source URL over http", { sourceUrl: "http://github.com/a/b" }, "sourceUrl"],
  ["a source URL over ssh", { sourceUrl: "git@github.com:a/b.git" }, "sourceUrl"],
  ["a source URL that is a file", { sourceUrl: "file:///etc/passwd" }, "sourceUrl"],
  ["a source URL with a password", { sourceUrl: "https://me:secret@github.com/a/b" }, "sourceUrl"],
  ["a source URL with a token as user", { sourceUrl: "https://ghp_token@github.com/a/b" }, "sourceUrl"],
  ["a source URL with a query", { sourceUrl: "https://github.com/a/b?token=1" }, "sourceUrl"],
  ["a source URL with a line break", { sourceUrl: "https://github.com/a\n/b" }, "sourceUrl"],
  ["a git token with a line break", { gitToken: "one\ntwo" }, "gitToken"],
  ["an empty git token", { gitToken: "" }, "gitToken"],
  ["an e-mail address without a domain", { notificationEmail: "me" }, "notificationEmail"],
  ["two e-mail addresses", { notificationEmail: "a@example.com,b@example.com" }, "notificationEmail"],
  [
    "an e-mail address with a header",
    { notificationEmail: "a@example.com\r\nBcc: b@example.com" },
    "notificationEmail",
  ],
  ["a model that is an option", { model: "--help" }, "model"],
  ["no turns", { maxTurns: 0 }, "maxTurns"],
  ["turns and a half", { maxTurns: 1.5 }, "maxTurns"],
  ["turns as text", { maxTurns: "25" }, "maxTurns"],
  ["a time limit over a day", { timeoutMinutes: 1441 }, "timeoutMinutes"],
  ["no time at all", { timeoutMinutes: 0 }, "timeoutMinutes"],
  ["a tool that is an option", { allowedTools: ["--dangerous"] }, "allowedTools.0"],
  ["a tool with a comma", { disallowedTools: ["Read,Write"] }, "disallowedTools.0"],
  ["a tool of 401 characters", { allowedTools: ["x".repeat(401)] }, "allowedTools.0"],
  ["a tool that no CLI knows", { allowedTools: ["Read", "Bsh"] }, "allowedTools.1"],
  ["a tool in other letters", { disallowedTools: ["bash"] }, "disallowedTools.0"],
  ["a rule about a tool that no CLI knows", { disallowedTools: ["Bsh(git *)"] }, "disallowedTools.0"],
  ["a rule that does not end", { disallowedTools: ["Bash(git *"] }, "disallowedTools.0"],
  ["a refusal in parentheses that refuses nothing", { disallowedTools: ["Write(docs/**)"] }, "disallowedTools.0"],
  ["a pattern that no tool is like", { disallowedTools: ["Wob*"] }, "disallowedTools.0"],
  ["a pattern as an allowed tool", { allowedTools: ["Web*"] }, "allowedTools.0"],
  ["a path for a tool that reads", { allowedTools: ["Edit(docs/**)", "Read(docs/**)"] }, "allowedTools.1"],
  ["a path for a tool that searches", { allowedTools: ["Grep(docs/**)"] }, "allowedTools.0"],
  ["a kind of subagent", { allowedTools: ["Agent(Explore)"] }, "allowedTools.0"],
  ["101 tools", { allowedTools: Array(101).fill("Read") }, "allowedTools"],
  ["tools of more than 16 KB together", { disallowedTools: Array(60).fill("å".repeat(200)) }, "disallowedTools"],
  ["tools as text", { allowedTools: "Read" }, "allowedTools"],
  ["an unknown sandbox", { agentType: "codex", sandbox: "none" }, "sandbox"],
  ["a sandbox for Claude", { sandbox: "read-only" }, "sandbox"],
  ["allowed tools for Codex", { agentType: "codex", allowedTools: ["Read"] }, "allowedTools"],
  ["disallowed tools for Codex", { agentType: "codex", disallowedTools: [] }, "disallowedTools"],
  ["a sub path that is absolute", { subPath: "/etc" }, "subPath"],
  ["a sub path that climbs", { subPath: "../other" }, "subPath"],
  ["a sub path that climbs on its way", { subPath: "a/../../other" }, "subPath"],
  ["a sub path that ends in ..", { subPath: "a/.." }, "subPath"],
  ["a sub path with a backslash", { subPath: "a\\..\\b" }, "subPath"],
  ["a sub path over two lines that climbs", { subPath: "a\n/../../b" }, "subPath"],
  ["an unknown overlap", { overlap: "replace" }, "overlap"],
  ["enabled as text", { enabled: "yes" }, "enabled"],
];

describe("a task that cannot be", () => {
  it.each(faults)("with %s is refused, its field named, nothing stored", async (_what, part, field, code) => {
    const before = await everyRow(stack);
    const created = await send(stack, "POST", "/api/tasks", { headers: admin, body: { ...good, ...part } });
    expect(created.json?.error).toMatchObject({ code: code ?? "invalid_input" });
    expect(Object.keys(created.json?.error?.fields ?? {})).toContain(field);
    expect(created.status).toBe(code ? 409 : 400);
    expect(await everyRow(stack)).toEqual(before);
  });

  it.each(faults.filter(([, part]) => !Object.values(part).includes(undefined)))(
    "with %s cannot come about by a change either",
    async (_what, part, field, code) => {
      const target = code ? (await stack.createTask()).id : taskId;
      const before = await everyRow(stack);
      const changed = await send(stack, "PATCH", `/api/tasks/${target}`, { headers: admin, body: part });
      expect(Object.keys(changed.json?.error?.fields ?? {})).toContain(field);
      expect(changed.status).toBe(code ? 409 : 400);
      expect(await everyRow(stack)).toEqual(before);
    },
  );

  it("is told every field at fault at once, in a sentence each", async () => {
    const body = {
      name: "",
      prompt: "",
      maxTurns: 0,
      color: "red",
      schedule: { type: "cron", preset: "hourly", timezone: "" },
    };
    const { json } = await send(stack, "POST", "/api/tasks", { headers: admin, body });
    const fields = json?.error?.fields ?? {};
    expect(Object.keys(fields).sort()).toEqual(["color", "maxTurns", "name", "prompt", "schedule.timezone"]);
    expect(Object.values(fields).every((sentence) => sentence.length > 5)).toBe(true);
  });
});

describe("what is at the limit is taken", () => {
  it.each([
    ["a prompt of exactly 32 KB", { prompt: "x".repeat(32 * 1024) }],
    ["a prompt of exactly 32 KB of two-byte letters", { prompt: "å".repeat(16 * 1024) }],
    ["a name of 80 characters", { name: "n".repeat(80) }],
    ["a source URL with a branch", { sourceUrl: "https://github.com/a/b#feature/x" }],
    ["a sub path with dots in its names", { subPath: "packages/..hidden/a..b" }],
    ["a prompt with an emoji, quotes and a replacement character", { prompt: '🎉 "\\ \ufffd' }],
  ])("%s", async (_what, part) => {
    const created = await stack.createTask(part);
    expect(created).toMatchObject(part);
    expect(await stack.client.getTask({ params: { taskId: created.id } })).toMatchObject(part);
  });
});

describe("credentials, keys and queries that cannot be", () => {
  it.each([
    ["PUT", "/api/credentials/claude", { kind: "openaikey", value: "sk-12345678" }, "kind"],
    ["PUT", "/api/credentials/codex", { kind: "anthropicapikey", value: "sk-12345678" }, "kind"],
    ["PUT", "/api/credentials/claude", { kind: "password", value: "sk-12345678" }, "kind"],
    ["PUT", "/api/credentials/claude", { kind: "anthropicapikey", value: "short" }, "value"],
    ["PUT", "/api/credentials/claude", { kind: "anthropicapikey", value: "with a space" }, "value"],
    ["PUT", "/api/credentials/gemini", { kind: "anthropicapikey", value: "sk-12345678" }, "agentType"],
    ["DELETE", "/api/credentials/gemini", undefined, "agentType"],
    ["POST", "/api/keys", { name: "" }, "name"],
    ["POST", "/api/keys", { name: "k", role: "owner" }, "role"],
    ["POST", "/api/keys", { name: "k", autonomy: 4 }, "autonomy"],
    ["POST", "/api/keys", { name: "k", expiresInDays: 0 }, "expiresInDays"],
    ["POST", "/api/schedules/preview", { type: "cron", expression: "99 * * * *" }, "expression"],
    ["POST", "/api/schedules/preview", { type: "once", at: "2020-01-01T00:00:00Z" }, "at"],
    ["GET", "/api/tasks?limit=0", undefined, "limit"],
    ["GET", "/api/tasks?limit=101", undefined, "limit"],
    ["GET", "/api/tasks?limit=many", undefined, "limit"],
    ["GET", "/api/tasks?colour=red", undefined, "colour"],
    ["GET", "/api/runs?status=done", undefined, "status"],
  ])("%s %s %j is refused at %s", async (method, path, body, field) => {
    const before = await everyRow(stack);
    const answer = await send(stack, method, path, { headers: admin, body });
    expect(answer).toMatchObject({ status: 400, json: { error: { code: "invalid_input" } } });
    expect(Object.keys(answer.json?.error?.fields ?? {})).toEqual([field]);
    expect(await everyRow(stack)).toEqual(before);
  });

  it("an Idempotency-Key of 201 characters is refused by its name", async () => {
    const headers = { ...admin, "idempotency-key": "k".repeat(201) };
    const answer = await send(stack, "POST", `/api/tasks/${taskId}/runs`, { headers });
    expect(answer).toMatchObject({
      status: 400,
      json: { error: { fields: { "Idempotency-Key": expect.any(String) } } },
    });
  });
});

describe("a cursor that no list gave", () => {
  const foreign = Buffer.from(JSON.stringify({ pk: "x", sk: "y", gsi1pk: "x", gsi1sk: "y" })).toString("base64url");
  const values = ["rubbish", "e30", "bnVsbA", "WzFd", "MQ", foreign, "🎉", "a".repeat(2000)];
  it.each([
    "/api/tasks",
    "/api/runs",
    "/api/runs?status=DONE",
    "/api/keys",
    "/api/parameter-stores",
    "runs of the task",
  ])("is refused by %s", async (list) => {
    const path = list.startsWith("/") ? list : `/api/tasks/${taskId}/runs`;
    for (const cursor of values) {
      const sign = path.includes("?") ? "&" : "?";
      const answer = await send(stack, "GET", `${path}${sign}cursor=${encodeURIComponent(cursor)}`, {
        headers: admin,
      });
      expect([cursor, answer.status, Object.keys(answer.json?.error?.fields ?? {})]).toEqual([cursor, 400, ["cursor"]]);
    }
  });
});

it("a task with every field at its limit is stored, changed and run: no row comes near DynamoDB's 400 KB", async () => {
  const tools = Array(81).fill(`mcp__${"å".repeat(95)}`);
  const task = await stack.createTask({
    name: "m".repeat(80),
    prompt: "å".repeat(16 * 1024),
    description: "å".repeat(1000),
    sourceUrl: `https://github.com/${"r".repeat(1981)}`,
    gitToken: "t".repeat(4096),
    subPath: "ä".repeat(500),
    model: "m".repeat(100),
    allowedTools: tools,
    disallowedTools: tools,
  });
  await stack.client.updateTask({ params: { taskId: task.id }, body: { maxTurns: 3, disallowedTools: ["Bash"] } });
  const run = await stack.client.runTask({ params: { taskId: task.id } });
  expect(await stack.client.cancelRun({ params: { runId: run.id } })).toMatchObject({ taskName: task.name });
  for (const row of await everyRow(stack)) expect(Buffer.byteLength(row)).toBeLessThan(150_000);
});

describe("a request that is no good as HTTP", () => {
  it("with malformed JSON is 400", async () => {
    for (const body of ["{", "", '{"name":', "undefined", "{'name':1}"]) {
      const headers = { ...admin, "content-type": "application/json" };
      const answer = await send(stack, "POST", "/api/tasks", { headers, body });
      expect(answer).toMatchObject({ status: 400, json: { error: { code: "malformed_json" } } });
    }
  });

  it("with JSON that is no object is 400", async () => {
    for (const body of ["null", "[]", "1", '"text"', "true"]) {
      const answer = await send(stack, "POST", "/api/tasks", { headers: admin, body });
      expect(answer).toMatchObject({ status: 400, json: { error: { fields: { body: expect.any(String) } } } });
    }
  });

  it("over 256 KB is 413, also when it is not JSON; at 256 KB its fields are looked at", async () => {
    const sized = (bytes: number) => {
      const body = JSON.stringify({ ...good, prompt: "" });
      return JSON.stringify({ ...good, prompt: "x".repeat(bytes - body.length) });
    };
    const over = await send(stack, "POST", "/api/tasks", { headers: admin, body: sized(256 * 1024 + 1) });
    expect(over).toMatchObject({ status: 413, json: { error: { code: "payload_too_large" } } });
    const rubbish = await send(stack, "POST", "/api/tasks", { headers: admin, body: "{".repeat(300_000) });
    expect(rubbish.status).toBe(413);
    const at = await send(stack, "POST", "/api/tasks", { headers: admin, body: sized(256 * 1024) });
    expect(at).toMatchObject({ status: 400, json: { error: { fields: { prompt: "must be at most 32 KB" } } } });
  });

  it("with another content type or charset is 415, and so is one that is compressed", async () => {
    const others = ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", "multipart/form-data"];
    const charsets = ["latin1", "utf-16", '"ISO-8859-1"', "us-ascii"].map(
      (name) => `application/json; charset=${name}`,
    );
    const encodings = ["gzip", "br", "deflate", "identity, gzip"].map((name) => ({ "content-encoding": name }));
    for (const wrong of [...[...others, ...charsets].map((type) => ({ "content-type": type })), ...encodings]) {
      const body = JSON.stringify(good);
      const answer = await send(stack, "POST", "/api/tasks", { headers: { ...admin, ...wrong }, body });
      expect([wrong, answer.status, answer.json?.error?.code]).toEqual([wrong, 415, "unsupported_media_type"]);
      expect(answer.headers.get("accept-encoding")).toBe("identity");
    }
    for (const type of ["Application/JSON; charset=utf-8", 'application/json;charset="UTF-8"', "application/json"]) {
      const headers = { ...admin, "content-type": type, "content-encoding": "identity" };
      const answer = await send(stack, "POST", "/api/schedules/preview", { headers, body: '{"type":"manual"}' });
      expect([type, answer.status]).toEqual([type, 200]);
    }
  });

  it("with bytes that are no UTF-8 is refused, never stored damaged; a byte order mark is none of the text", async () => {
    const text = JSON.stringify({ ...good, prompt: "Räksmörgås" });
    const headers = { ...admin, "content-type": "application/json" };
    const sent = (body: Uint8Array<ArrayBuffer>) => fetch(`${stack.url}/api/tasks`, { method: "POST", headers, body });
    const before = await everyRow(stack);
    const utf16 = Buffer.from(text, "utf16le");
    for (const body of [Buffer.from(text, "latin1"), utf16, Buffer.concat([Buffer.of(0xff, 0xfe), utf16])]) {
      const answer = await sent(body);
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({ error: { code: "malformed_json" } });
    }
    expect(await everyRow(stack)).toEqual(before);
    const marked = await sent(Buffer.from(`\ufeff${JSON.stringify({ name: "marked", prompt: "Räksmörgås" })}`));
    expect(await marked.json()).toMatchObject({ name: "marked", prompt: "Räksmörgås" });
  });

  it("with text that has a null character or half a character is told its field", async () => {
    const body = {
      ...good,
      prompt: "hello \ud83d",
      description: "a\0b",
      allowedTools: ["Read", "\0"],
      schedule: { type: "cron", expression: "\udc00" },
    };
    const before = await everyRow(stack);
    const { json, status } = await send(stack, "POST", "/api/tasks", { headers: admin, body });
    expect([status, json?.error?.fields]).toEqual([
      400,
      {
        prompt: expect.stringContaining("half a character"),
        description: expect.stringContaining("null character"),
        "allowedTools.1": expect.stringContaining("null character"),
        "schedule.expression": expect.stringContaining("half a character"),
      },
    ]);
    const deep = `${'{"a":'.repeat(20_000)}"\\u0000"${"}".repeat(20_000)}`;
    expect((await send(stack, "POST", "/api/tasks", { headers: admin, body: deep })).status).toBe(400);
    expect(await everyRow(stack)).toEqual(before);
  });

  it("to an unknown route is 404, to a known one with another method 405 with what it answers", async () => {
    for (const path of ["/api", "/api/", "/api/nothing", "/api/tasks/x/y/z", "/api/__proto__", "/api/tasks/%E0%A4%A"]) {
      for (const method of ["GET", "OPTIONS", "POST"]) {
        const answer = await send(stack, method, path, { headers: admin });
        expect([path, method, answer.status === 404 || path === "/api/tasks/%E0%A4%A"]).toEqual([path, method, true]);
      }
    }
    for (const { path, method } of everyOperation) {
      const methods = everyOperation.filter((other) => other.path === path).map((other) => other.method as string);
      const allowed = [...methods, ...(methods.includes("GET") ? ["HEAD"] : []), "OPTIONS"].sort();
      for (const wrong of ["PUT", "DELETE", "PATCH", "POST", "HEAD"].filter((each) => !allowed.includes(each))) {
        const answer = await send(stack, wrong, path.replace(/\{\w+\}/g, "x"), { headers: admin });
        expect([wrong, path, answer.status]).toEqual([wrong, path, 405]);
        expect(answer.headers.get("allow")?.split(", ").sort()).toEqual(allowed);
      }
      const options = await send(stack, "OPTIONS", path.replace(/\{\w+\}/g, "x"));
      expect([path, options.status, options.text]).toEqual([path, 204, ""]);
      expect(options.headers.get("allow")?.split(", ").sort()).toEqual(allowed);
      expect(method).toBeOneOf(methods);
    }
  });

  it("HEAD answers as GET does, without a body, also where it refuses", async () => {
    for (const path of ["/api/health", "/api/tasks", `/api/tasks/${taskId}`, "/api/tasks?limit=0", "/api/nothing"]) {
      for (const headers of [admin, undefined]) {
        const [get, head] = [await send(stack, "GET", path, { headers }), await send(stack, "HEAD", path, { headers })];
        expect([path, head.status, head.text]).toEqual([path, get.status, ""]);
        expect(head.headers.get("content-type")).toBe(get.headers.get("content-type"));
        expect(head.headers.get("etag")).toBe(get.headers.get("etag"));
      }
    }
  });

  it("with a query that is given twice, or a number that is none, is told which", async () => {
    const wrong = ["limit=1&limit=2", "limit=1&limit=1", "limit=", "limit=1e1", "limit=0x10", "limit=%201", "limit=-1"];
    for (const query of wrong) {
      const answer = await send(stack, "GET", `/api/tasks?${query}`, { headers: admin });
      expect([query, answer.status, Object.keys(answer.json?.error?.fields ?? {})]).toEqual([query, 400, ["limit"]]);
    }
    for (const name of ["__proto__", "constructor", "toString", "hasOwnProperty"]) {
      const answer = await send(stack, "GET", `/api/tasks?${name}=1`, { headers: admin });
      expect(answer.json?.error?.fields).toEqual(Object.fromEntries([[name, "is not a known field"]]));
    }
  });
});

describe("a task with several faults", () => {
  const both = {
    name: "Nightly Report",
    prompt: "",
    schedule: { type: "cron", expression: "0 9 * * *", timezone: "nowhere" },
  };

  it("is refused once for all of them, those that only the server knows among them", async () => {
    const answer = await send(stack, "POST", "/api/tasks", {
      headers: admin,
      body: { ...both, sandbox: "read-only", parameterStore: "none-such" },
    });
    expect(answer.json?.error?.code).toBe("invalid_input");
    const told = Object.keys(answer.json?.error?.fields ?? {}).sort();
    expect(told).toEqual(["name", "parameterStore", "prompt", "sandbox", "schedule.timezone"]);
  });

  it("is told all that only the server knows, too, when nothing else is wrong", async () => {
    const answer = await send(stack, "POST", "/api/tasks", { headers: admin, body: { ...both, prompt: "x" } });
    expect(Object.keys(answer.json?.error?.fields ?? {}).sort()).toEqual(["name", "schedule.timezone"]);
  });

  it("is refused alike when it is changed", async () => {
    const other = await stack.createTask({ name: "Changed later" });
    const answer = await send(stack, "PATCH", `/api/tasks/${other.id}`, { headers: admin, body: both });
    expect(Object.keys(answer.json?.error?.fields ?? {}).sort()).toEqual(["name", "prompt", "schedule.timezone"]);
    expect(await stack.client.getTask({ params: { taskId: other.id } })).toMatchObject({ name: "Changed later" });
  });
});

describe("names that every object has", () => {
  const names = ["constructor", "toString", "hasOwnProperty", "valueOf", "isPrototypeOf"];

  it.each(names)("are names of tasks and of idempotency keys like others: %s", async (name) => {
    const task = await stack.createTask({ name });
    expect((await stack.client.listTasks({ query: { name } })).items.map(({ id }) => id)).toEqual([task.id]);
    const ask = () => stack.client.runTask({ params: { taskId: task.id }, idempotencyKey: name });
    expect((await ask()).id).toBe((await ask()).id);
  });

  it.each(["__proto__", ...names])("are unknown fields like others: %s", async (name) => {
    const body = `{"name":"fresh","prompt":"x",${JSON.stringify(name)}:{"a":1}}`;
    const answer = await send(stack, "POST", "/api/tasks", { headers: admin, body });
    expect([answer.status, Object.entries(answer.json?.error?.fields ?? {})]).toEqual([
      400,
      [[name, expect.stringMatching(/^is (not a known field|a reserved name)$/)]],
    ]);
  });
});

describe("any JSON at all", () => {
  const anything = fc.jsonValue({ stringUnit: "binary", maxDepth: 3 });
  const task = fc.record(
    {
      name: fc.oneof(fc.string({ minLength: 1 }), fc.constant("some name"), anything),
      prompt: fc.oneof(fc.string({ unit: "binary", minLength: 1 }), anything),
      description: fc.oneof(fc.string({ unit: "binary" }), anything),
      agentType: fc.oneof(fc.constantFrom("claude", "CODEX", "constructor", "__proto__"), anything),
      sourceUrl: fc.oneof(fc.webUrl(), fc.constantFrom("https://[", "https://a/\ud800"), anything),
      gitToken: fc.oneof(fc.string(), anything),
      subPath: fc.oneof(fc.string({ unit: "binary" }), anything),
      model: fc.oneof(fc.string(), anything),
      allowedTools: fc.oneof(fc.array(fc.string({ unit: "binary" })), anything),
      notificationEmail: fc.oneof(fc.emailAddress(), anything),
      schedule: fc.oneof(
        fc.record({
          type: fc.constant("cron"),
          expression: fc.string({ unit: fc.constantFrom(..."0123456789*/-,? LW#@") }),
        }),
        fc.record({ type: fc.constant("cron"), preset: fc.constant("hourly"), timezone: fc.string() }),
        fc.record({
          type: fc.constant("once"),
          at: fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
        }),
        anything,
      ),
    },
    { requiredKeys: [] },
  );
  const call = fc.record({
    seq: fc.integer({ min: 1, max: 3 }),
    at: fc
      .date({ noInvalidDate: true, min: new Date(0), max: new Date("2100-01-01") })
      .map((date) => date.toISOString()),
    provider: fc.constantFrom("anthropic", "openai"),
    model: fc.oneof(fc.constantFrom("claude-sonnet-4-5", "gpt-5.5"), fc.string({ unit: "binary" })),
    inputTokens: fc.nat(),
    outputTokens: fc.nat(),
    cacheReadTokens: fc.nat(),
    cacheWriteTokens: fc.nat(),
    durationMs: fc.nat(),
    status: fc.integer(),
  });
  const progress = { progressText: fc.string({ unit: "binary" }), calls: fc.array(call, { maxLength: 4 }) };
  const report = fc.record(progress, { requiredKeys: [] });
  const outcome = fc.record(
    {
      ...progress,
      outcome: fc.constantFrom("DONE", "FAILED", "TIMED_OUT", "CANCELLED"),
      result: fc.string({ unit: "binary" }),
      error: fc.record({ code: fc.constant("AGENT_ERROR"), message: fc.string({ unit: "binary" }) }),
      lastLine: fc.nat(),
    },
    { requiredKeys: ["outcome"] },
  );

  it("is answered with something else than a fault, by every operation that takes a body", async () => {
    const other = (await stack.createTask()).id;
    const run = await stack.client.runTask({ params: { taskId: other } });
    const runner = await playRunner(stack, run.id);
    const writers = everyOperation.filter(
      ({ body, access, name }) => body && access !== "ticket" && name !== "completeRun",
    );
    const names = writers.map(({ name }) => name);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names), fc.oneof(task, report, anything), async (name, body) => {
        const operation = operations[name as OperationName];
        const path = pathOf(operation, { taskId: other, runId: run.id, agentType: "codex" });
        const headers = operation.access === "claim-token" ? bearer(runner.order.claimToken) : admin;
        const { status, text } = await send(stack, operation.method, path, { headers, body: JSON.stringify(body) });
        expect([status < 500, text]).toEqual([true, text]);
      }),
      { numRuns: 250 },
    );
    await stack.client.cancelRun({ params: { runId: run.id } });
  });

  interface Reported {
    outcome: string;
    calls?: { status: number }[];
  }
  /** A result is one where a model answered. */
  const endOf = ({ outcome, calls = [] }: Reported) =>
    outcome !== "DONE" || calls.some((call) => call.status >= 200 && call.status < 300) ? outcome : "FAILED";

  it("that a runner may report as its outcome ends the run or is refused", async () => {
    const { id } = await stack.createTask({ overlap: "allow", notificationEmail: "me@example.com" });
    await fc.assert(
      fc.asyncProperty(fc.oneof(outcome, anything), async (body) => {
        const run = await stack.client.runTask({ params: { taskId: id } });
        const { order } = await playRunner(stack, run.id);
        const headers = bearer(order.claimToken);
        const { status, text } = await send(stack, "PATCH", `/api/runs/${run.id}/complete`, { headers, body });
        expect([status === 200 || status === 400, text]).toEqual([true, text]);
        const read = await stack.client.getRun({ params: { runId: run.id } });
        expect(read.status).toBe(status === 200 ? endOf(body as Reported) : "PROCESSING");
        if (status !== 200)
          await send(stack, "PATCH", `/api/runs/${run.id}/complete`, { headers, body: { outcome: "DONE" } });
      }),
      { numRuns: 30 },
    );
  });

  it("in a path, a query, a cookie or a token is answered with something else than a fault", async () => {
    const names = Object.keys(operations) as OperationName[];
    const text = fc.string({ unit: "binary", minLength: 1 });
    const kept = fc.subarray(["cursor", "limit", "token", "name", "status", "from", "unknown"]);
    const { id: runId } = await stack.client.runTask({ params: { taskId } });
    const header = fc.string({ unit: fc.constantFrom(...'abcXYZ019 .=;,-_~"{}%') });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names), text, text, kept, header, async (name, id, value, kept, secret) => {
        const operation: Operation = operations[name];
        const path = pathOf(operation, { taskId: id, runId, keyId: id, agentType: id });
        const names = kept.filter((each) => each === "unknown" || each in (operation.query?.shape ?? {}));
        const query = new URLSearchParams(names.map((each) => [each, value]));
        for (const headers of [admin, bearer(`ek_live_${secret}`), { cookie: `errand_session=${secret}` }]) {
          const answer = await send(stack, operation.method, `${path}?${query}`, { headers });
          expect([answer.status < 500, answer.text]).toEqual([true, answer.text]);
        }
      }),
      { numRuns: 100 },
    );
  });
});
