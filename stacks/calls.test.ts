import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import { readConfig } from "../core/context.ts";
import { FUNCTIONS, type FunctionName, functionNamed, render, statementsOf, synth } from "./synth.fixture.ts";

const stage = synth();

function templateOf(name: FunctionName) {
  return name === "api" ? stage.api : stage.dispatch;
}

/** How IAM calls the service of an SDK client. */
const SERVICES: Record<string, string> = {
  "cloudwatch-logs": "logs",
  dynamodb: "dynamodb",
  ecs: "ecs",
  scheduler: "scheduler",
  "secrets-manager": "secretsmanager",
  sesv2: "ses",
};

/** IAM knows a transaction by the operations in it, which are granted with the table. */
const TRANSACTIONS = ["dynamodb:TransactGetItems", "dynamodb:TransactWriteItems"];

/** The SDK's commands that are left in a function's bundle once what cannot be reached is gone. */
async function commandsOf(name: FunctionName): Promise<string[]> {
  const { metafile } = await build({
    entryPoints: [`functions/${name}.ts`],
    bundle: true,
    write: false,
    outfile: "index.mjs",
    metafile: true,
    platform: "node",
    format: "esm",
    target: "node24",
    mainFields: ["module", "main"],
    logLevel: "silent",
  });
  const kept = Object.values(metafile.outputs).flatMap((output) =>
    Object.entries(output.inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0),
  );
  return kept.flatMap(([file]) => {
    const [, client, command] = /client-([a-z0-9-]+)\/dist-es\/commands\/(\w+)Command\.js$/.exec(file) ?? [];
    return client === undefined ? [] : [`${SERVICES[client]}:${command}`];
  });
}

describe.each(FUNCTIONS)("the %s function", (name) => {
  const actions = new Set(statementsOf(templateOf(name), `${name}-role`).flatMap((statement) => statement.actions));

  it("may make every call that its bundle can make", async () => {
    const commands = await commandsOf(name);
    expect(commands).toContain("ecs:RunTask");
    expect(commands.filter((command) => !actions.has(command) && !TRANSACTIONS.includes(command))).toEqual([]);
  });

  it("may start, stop, schedule, send and read no more than its bundle does", async () => {
    const commands = await commandsOf(name);
    const granted = [...actions].filter((action) => /^(ecs|scheduler|ses|secretsmanager|logs:Get)/.test(action));
    expect(granted.filter((action) => !commands.includes(action) && action !== "ecs:TagResource")).toEqual([]);
  });

  it("reads a complete configuration from its variables", () => {
    const { Variables } = functionNamed(templateOf(name), name).Properties.Environment;
    const rendered = Object.fromEntries(Object.entries(Variables).map(([key, value]) => [key, render(value)]));
    expect(readConfig(rendered)).toMatchObject({
      stage: "ci",
      scheduleGroup: name === "api" || name === "sweeper" ? "errand-ci" : "",
      secretPrefix: "errand/ci/",
      logGroup: "/errand/ci/runs",
      logRetentionDays: 14,
      subnets: [expect.any(String), expect.any(String)],
    });
  });
});
