import { spawn } from "node:child_process";
import { constants } from "node:os";
import { delimiter, join } from "node:path";
import { type Invocation, Refusal, readArguments, type Tool } from "./arguments.ts";
import { root, settingsFiles } from "./files.ts";
import { findRegion, NEW_STAGE_REGION, standingIn } from "./recall.ts";
import { type Settled, settle } from "./settle.ts";

const PROGRAMS = { sst: "sst/cli/sst.js", cdk: "aws-cdk/bin/cdk" } as const;

/** The commands that meet a stage in an account, by what they mean for its settings. */
const COMMANDS: Record<Tool, Record<string, "settles" | "finds">> = {
  sst: { deploy: "settles", diff: "settles", dev: "settles", remove: "finds" },
  cdk: { deploy: "settles", diff: "settles", destroy: "finds" },
};

const [tool, ...args] = process.argv.slice(2);
try {
  process.exitCode = await run(readArguments(tool as Tool, args));
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}

/** Runs SST or CDK for a stage, with the region and the settings that the stage has. Gives back its exit code. */
async function run(invocation: Invocation): Promise<number> {
  const { stage, args, profile } = invocation;
  const environment: Record<string, string | undefined> = { ...process.env, ...settingsFiles(stage) };
  if (profile !== undefined) {
    // SST and CDK prefer keys in the environment; a profile that was named is meant.
    process.env.AWS_PROFILE = environment.AWS_PROFILE = profile;
  }
  const kind = COMMANDS[invocation.tool][args.find((arg) => !arg.startsWith("-")) ?? ""];
  if (kind !== undefined && stage === undefined) {
    throw new Refusal(`Say which stage: npx ${invocation.tool} ${args.join(" ")} --stage prod`);
  }
  const region = await regionFor(invocation, kind !== undefined);
  if (stage !== undefined) {
    environment.ERRAND_DEPLOYMENT = `${stage}/${region}`;
    if (kind === "settles") {
      const settled = settle(environment, await standingIn(stage, region), invocation.forget);
      show(stage, region, settled);
      for (const [name] of settled.lines) environment[name] = settled.variables[name] ?? "";
    }
  }
  return await start(invocation, region, environment);
}

/** The region that was said, else the one the stage stands in, else the one that new stages get. */
async function regionFor({ tool, stage, region, args }: Invocation, asks: boolean): Promise<string> {
  if (region !== undefined) return region;
  if (stage === undefined || !asks) return NEW_STAGE_REGION;
  return await findRegion(stage, `npx ${tool} ${args.join(" ")}`);
}

function show(stage: string, region: string, { lines }: Settled): void {
  const width = (column: 0 | 1) => Math.max(...lines.map((line) => line[column].length));
  process.stdout.write(`\nStage ${stage} in ${region}\n`);
  for (const [name, value, note] of lines) {
    process.stdout.write(`  ${name.padEnd(width(0))}  ${value.padEnd(width(1))}  ${note}\n`);
  }
  process.stdout.write("\n");
}

function start(invocation: Invocation, region: string, environment: Record<string, string | undefined>) {
  const { tool, stage, args, profile } = invocation;
  const packages = join(root, "stacks", "node_modules");
  const common = profile === undefined ? [] : ["--profile", profile];
  const own =
    tool === "sst"
      ? [...args, "--region", region, ...(stage === undefined ? [] : ["--stage", stage]), ...common]
      : [...args, ...(stage === undefined ? [] : ["--app", "node stacks/app.ts"]), ...common];
  const child = spawn(process.execPath, [join(packages, PROGRAMS[tool]), ...own], {
    // SST writes its bundle where it stands, and resolves packages from there: from beside its own.
    cwd: tool === "sst" ? join(root, "stacks") : root,
    stdio: "inherit",
    env: {
      ...environment,
      AWS_REGION: region,
      SST_TELEMETRY_DISABLED: environment.SST_TELEMETRY_DISABLED ?? "1",
      PATH: [join(root, "node_modules/.bin"), join(packages, ".bin"), environment.PATH].join(delimiter),
    },
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => child.kill(signal));
  return new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
}
