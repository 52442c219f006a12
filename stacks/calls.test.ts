import { isBuiltin } from "node:module";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import { readConfig } from "../core/context.ts";
import { bundle } from "./bundle.ts";
import {
  FUNCTIONS,
  type FunctionName,
  functionNamed,
  render,
  statementsOf,
  synth,
  templateWith,
} from "./synth.fixture.ts";

const stage = synth();

const templateOf = (name: FunctionName) => templateWith(stage, name);

/** How IAM calls the service of an SDK client. DynamoDB is not among them: electrodb's bundle holds all its commands. */
const SERVICES: Record<string, string> = {
  "cloudwatch-logs": "logs",
  ecs: "ecs",
  scheduler: "scheduler",
  "secrets-manager": "secretsmanager",
  ses: "ses",
};

async function bundled(name: FunctionName) {
  const { metafile } = await build({
    ...bundle,
    mainFields: [...bundle.mainFields],
    external: [...bundle.external],
    entryPoints: [`functions/${name}.ts`],
    bundle: true,
    write: false,
    outfile: "index.mjs",
    metafile: true,
    logLevel: "silent",
  });
  const [output] = Object.values(metafile.outputs);
  if (output === undefined) throw new Error(`no bundle of ${name}`);
  return output;
}

/** The SDK's commands that are left in a function's bundle once what cannot be reached is gone. */
async function commandsOf(name: FunctionName): Promise<string[]> {
  const { inputs } = await bundled(name);
  const kept = Object.entries(inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  return kept.flatMap(([file]) => {
    const [, client, command] = /client-([a-z0-9-]+)\/dist-es\/commands\/(\w+)Command\.js$/.exec(file) ?? [];
    const service = SERVICES[client ?? ""];
    return service === undefined ? [] : [`${service}:${command}`];
  });
}

describe.each(FUNCTIONS)("the %s function", (name) => {
  const actions = new Set(statementsOf(templateOf(name), `${name}-role`).flatMap((statement) => statement.actions));

  it("may make every call that its bundle can make", async () => {
    const commands = await commandsOf(name);
    expect(commands).toContain(name === "runner-api" ? "ecs:ListTasks" : "ecs:RunTask");
    expect(commands.filter((command) => !actions.has(command))).toEqual([]);
  });

  it("may start, stop, schedule, send and read no more than its bundle does", async () => {
    const commands = await commandsOf(name);
    const granted = [...actions].filter((action) => /^(ecs|scheduler|ses|secretsmanager|logs:Get)/.test(action));
    expect(granted.filter((action) => !commands.includes(action) && action !== "ecs:TagResource")).toEqual([]);
  });

  it("loads nothing from outside its bundle when it starts", async () => {
    const { imports } = await bundled(name);
    const outside = imports.filter(({ path }) => !isBuiltin(path));
    expect(outside.length).toBeGreaterThan(0);
    expect(outside.filter(({ kind }) => kind !== "dynamic-import")).toEqual([]);
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
      subnets: name === "runner-api" ? [] : [expect.any(String)],
    });
  });
});
