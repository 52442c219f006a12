import { describe, expect, it } from "vitest";
import * as z from "zod";
import { hasRole, roles } from "./access.ts";
import { agents, agentType, agentTypes, fieldRefusal } from "./agent.ts";
import { errorCodes, fieldsOf, inputError } from "./error.ts";
import { type IdKind, idPrefixes, idSchema } from "./id.ts";
import { calendarDay, instant } from "./instant.ts";
import { type Operation, operations } from "./operations.ts";
import { taskInput, taskPatch } from "./task.ts";

const ulid = "01ARZ3NDEKTSV4RRFFQ69G5FAV";

describe("an id", () => {
  it.each(Object.entries(idPrefixes))("of a %s is its prefix and a ULID, and of no other kind", (kind, prefix) => {
    const id = `${prefix}_${ulid}`;
    for (const other of Object.keys(idPrefixes) as IdKind[]) {
      expect(idSchema(other).safeParse(id).success).toBe(other === kind);
    }
  });

  it.each([
    "",
    ulid,
    `task_${ulid}X`,
    `task_${ulid.slice(1)}`,
    `task_${ulid.toLowerCase()}`,
    `task_${ulid}\n`,
    `x task_${ulid}`,
  ])("is not %j", (text) => {
    expect(idSchema("task").safeParse(text).success).toBe(false);
  });

  it("never has the letters that are read for others", () => {
    for (const letter of "ILOU") expect(idSchema("run").safeParse(`run_${letter}${ulid.slice(1)}`).success).toBe(false);
  });
});

describe("the roles", () => {
  it("each can do what the roles before them can", () => {
    for (const [index, role] of roles.entries()) {
      for (const [needed, other] of roles.entries()) expect(hasRole(role, other)).toBe(index >= needed);
    }
  });
});

describe("an agent type", () => {
  it("has a default model, its own credentials, and fields that another type does not have", () => {
    for (const type of agentTypes) {
      expect(agents[type].defaultModel).not.toBe("");
      expect(agents[type].credentialKinds.length).toBeGreaterThan(0);
      expect(agentType.parse(type.toUpperCase())).toBe(type);
    }
    expect(fieldRefusal("codex-runner", "allowedTools")).toBe("only applies to claude-runner; set it to null");
    expect(fieldRefusal("claude-runner", "allowedTools")).toBeUndefined();
  });

  it("of a name that every object has is refused", () => {
    for (const name of ["constructor", "__proto__", "toString"]) expect(agentType.safeParse(name).success).toBe(false);
  });
});

describe("the fields of an error", () => {
  const schema = z.strictObject({ a: z.strictObject({ b: z.array(z.int()) }), c: z.string().min(3).regex(/^x/) });
  const fields = (value: unknown, prefix?: string[]) => {
    const { error } = schema.safeParse(value);
    return error ? fieldsOf(error, prefix) : undefined;
  };

  it("are named by their paths, each with its first fault", () => {
    expect(Object.keys(fields({ a: { b: [1, "2"] }, c: "y" }) ?? {}).sort()).toEqual(["a.b.1", "c"]);
    expect(fields({ a: { b: [] }, c: "y" })).toEqual({ c: expect.stringContaining("3") });
  });

  it("name each unknown field, also inside others", () => {
    expect(fields({ a: { b: [], d: 1 }, c: "xyz", e: 1, f: 2 })).toEqual({
      "a.d": "is not a known field",
      e: "is not a known field",
      f: "is not a known field",
    });
  });

  it("name one that is called like a part of every object", () => {
    const own = fields(JSON.parse('{"a":{"b":[]},"c":"xyz","__proto__":1,"toString":1}'));
    expect(Object.keys(own ?? {}).sort()).toEqual(["__proto__", "toString"]);
  });

  it("speak of what is wrong in words, not in the validator's own", () => {
    const schema = z.strictObject({
      turns: z.int().min(1).max(200),
      name: z.string().min(2).max(4),
      mode: z.enum(["a", "b"]),
      kind: z.literal("x"),
      list: z.array(z.boolean()).max(1),
      own: z.string().min(1, "must not be empty"),
    });
    const words = (value: object) => {
      const { error } = schema.safeParse(value, { error: inputError });
      return error && fieldsOf(error);
    };
    expect(words({ turns: 0, name: "n", mode: "c", kind: "y", list: [true, false], own: "" })).toEqual({
      turns: "must be at least 1",
      name: "must have at least 2 characters",
      mode: "must be one of a, b",
      kind: "must be x",
      list: "must have at most 1 item",
      own: "must not be empty",
    });
    expect(words({ turns: "1", name: "names", list: [1], own: {} })).toEqual({
      turns: "must be a number",
      name: "must have at most 4 characters",
      mode: "must be one of a, b",
      kind: "must be x",
      "list.0": "must be true or false",
      own: "must be text",
    });
    expect(words({ turns: 1.5, name: "nnn", mode: "a", kind: "x", list: [] })).toEqual({
      turns: "must be a whole number",
      own: "is required",
    });
  });

  it("are the body as a whole when that is at fault, and take a prefix", () => {
    expect(Object.keys(fields("text") ?? {})).toEqual(["body"]);
    expect(Object.keys(fields({ a: { b: [] } }, ["task"]) ?? {})).toEqual(["task.c"]);
  });
});

describe("the operations", () => {
  const all = Object.entries(operations as Record<string, Operation>);

  it("have a route each", () => {
    const routes = all.map(([, { method, path }]) => `${method} ${path}`);
    expect(new Set(routes).size).toBe(routes.length);
    for (const [, { path }] of all) expect(path).toMatch(/^\/api(\/([\w.-]+|\{\w+\}))+$/);
  });

  it("take the parameters that their path names", () => {
    for (const [name, { path, params }] of all) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
      expect([name, Object.keys(params?.shape ?? {})]).toEqual([name, named]);
    }
  });

  it("answer with a body unless they say 204 or send on, and only with known codes", () => {
    for (const [name, { status, output, errors, method, body }] of all) {
      expect([name, output === undefined]).toEqual([name, status === 204 || status === 303]);
      for (const code of errors) expect(errorCodes).toHaveProperty(code);
      if (method === "GET" || method === "DELETE") expect([name, body]).toEqual([name, undefined]);
    }
  });
});

describe("an instant", () => {
  const fault = (text: string) => instant.safeParse(text).error?.issues[0]?.message;

  it.each(["2027-01-31T09:00:00Z", "2028-02-29T23:59+13:45", " 2027-01-31T09:00:00.123456-03:30 "])(
    "may be %j",
    (text) => {
      expect(fault(text)).toBeUndefined();
    },
  );

  it.each([
    ["2030-02-30T00:00:00Z", "names a date that does not exist: 2030-02-30"],
    ["2027-02-29T00:00:00Z", "names a date that does not exist: 2027-02-29"],
    ["2027-13-01T00:00:00+01:00", "names a date that does not exist: 2027-13-01"],
    ["2027-04-31T00:00:00", "names a date that does not exist: 2027-04-31"],
    ["2027-01-31T24:00:00Z", "names a time that no day has: 24:00:00"],
    ["2027-01-31T09:60Z", "names a time that no day has: 09:60"],
    ["2027-01-31T09:00:00", "must say its offset at the end: Z for UTC, or one such as +01:00"],
    ["2027-01-31T09:00:00 CET", 'must end in Z for UTC, or in an offset such as +01:00, not in " CET"'],
    ["2027-01-31T09:00:00+0100", 'must end in Z for UTC, or in an offset such as +01:00, not in "+0100"'],
    ["2027-01-31T09:00:00+25:00", "has an offset that no place has: +25:00"],
    ["2027-01-31", "must have a time and an offset too, such as 2027-01-31T09:00:00Z"],
    ["tomorrow", "must be an instant such as 2027-01-31T09:00:00Z"],
    ["", "must be an instant such as 2027-01-31T09:00:00Z"],
  ])("%j is told what is wrong with it", (text, message) => {
    expect(fault(text)).toBe(message);
  });

  it("has a day that is told the same", () => {
    const ofDay = (text: string) => calendarDay.safeParse(text).error?.issues[0]?.message;
    expect(ofDay("2027-02-28")).toBeUndefined();
    expect(ofDay("2027-02-30")).toBe("names a date that does not exist: 2027-02-30");
    expect(ofDay("31.1.2027")).toBe("must be a day such as 2027-01-31");
  });
});

describe("what is wrong with a task's field", () => {
  const fault = (field: string, value: unknown) => {
    const { error } = taskPatch.safeParse({ [field]: value }, { error: inputError });
    return error && Object.values(fieldsOf(error))[0];
  };

  it.each([
    ["name", "", "must be 1 to 80 letters, digits, spaces, dots, dashes, underscores or parentheses"],
    ["name", "-x", 'must begin with a letter or a digit, not with "-"'],
    ["name", "R&D", 'must be letters, digits, spaces, dots, dashes, underscores or parentheses, not "&"'],
    ["name", "n".repeat(81), "must be at most 80 characters, not 81"],
    ["sourceUrl", "github.com/a/b", "must start with https://"],
    ["sourceUrl", "git@github.com:a/b.git", "must be the https address of the repository, not the one for SSH"],
    ["sourceUrl", "https://github.com/a b?c", "must not have spaces or line breaks"],
    ["sourceUrl", "https://[", "must be a URL such as https://github.com/owner/repository#branch"],
    ["subPath", "a\\b", "must have / between folders, not a backslash"],
    ["subPath", "p".repeat(501), "must be at most 500 characters"],
    [
      "allowedTools",
      ["Bash(git log, git show)"],
      "must be one tool, without a comma; give several as items of the list",
    ],
    ["allowedTools", ["x".repeat(401)], "must be at most 400 characters"],
    ["allowedTools", ["bash"], 'must be a tool that Claude Code knows, which "bash" is not; did you mean Bash?'],
    [
      "allowedTools",
      ["Read(docs/**)"],
      "must be Read without parentheses, or not be there: rules hold for Bash, Edit, Write, WebFetch only",
    ],
    [
      "disallowedTools",
      ["Bsh"],
      'must be a tool that Claude Code knows, which "Bsh" is not, and tools of MCP servers begin with mcp__',
    ],
    [
      "disallowedTools",
      ["Bash(git *) x"],
      "must be a tool or a rule with one pair of parentheses at its end, such as Bash(git *)",
    ],
    ["parameterStore", "a b", 'must be letters, digits, dots, dashes or underscores, not " "'],
    ["notificationEmail", "me", "must be an e-mail address, with an @ in it"],
    ["notificationEmail", "a@example.com, b@example.com", "must be one address, not several"],
    ["notificationEmail", "Ada <ada@example.com>", "must be the address alone, without a name and without < >"],
    [
      "notificationEmail",
      "jörg@example.com",
      "must have ASCII letters only before the @: mail to others cannot be sent",
    ],
    ["notificationEmail", "me@localhost", "must have a domain such as example.com behind the @"],
  ])("%s %j: it %s", (field, value, message) => {
    expect(fault(field, value)).toBe(message);
  });

  it("is nothing where there are spaces around it, or a domain in other letters, which is kept as mail servers know it", () => {
    const given = { notificationEmail: " me@exämple.se ", sourceUrl: " https://github.com/a/b ", subPath: " docs " };
    const kept = { notificationEmail: "me@xn--exmple-cua.se", sourceUrl: "https://github.com/a/b", subPath: "docs" };
    expect(taskPatch.parse(given)).toEqual(kept);
    expect(taskPatch.parse(kept)).toEqual(kept);
  });
});

describe("a task's input and its change", () => {
  it("have the same fields", () => {
    expect(Object.keys(taskPatch.shape).sort()).toEqual(Object.keys(taskInput.shape).sort());
  });

  it("fill in defaults when it is new, and none when it changes", () => {
    expect(taskPatch.parse({})).toEqual({});
    expect(Object.values(taskInput.parse({ name: "n", prompt: "p" })).every((value) => value !== undefined)).toBe(true);
  });
});
