import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startAws } from "../local/aws/server.ts";

/** Builds every stack, functions and runner included, as `sst deploy` would, with the local AWS in place of the real one. */
async function buildStacks(root: string): Promise<number> {
  const dataDir = await mkdtemp(join(tmpdir(), "errand-build-"));
  const notCalled = async () => {
    throw new Error("Building the stacks starts nothing.");
  };
  const aws = await startAws({
    port: 0,
    dataDir,
    now: Date.now,
    region: "us-east-1",
    images: {},
    invoke: notCalled,
    onEvent: notCalled,
    timers: false,
  });
  try {
    return await sstBuild(root, aws.url);
  } finally {
    await aws.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** Gives back SST's exit code, or 1 when a signal ended it. */
function sstBuild(root: string, awsUrl: string): Promise<number> {
  const { AWS_PROFILE: _profile, AWS_SESSION_TOKEN: _token, ...inherited } = process.env;
  const child = spawn(process.execPath, [join(root, "deploy/main.ts"), "sst", "build", "--stage", "ci"], {
    stdio: ["ignore", "inherit", "inherit"],
    env: {
      ...inherited,
      AWS_ACCESS_KEY_ID: "local",
      AWS_SECRET_ACCESS_KEY: "local",
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_ENDPOINT_URL: awsUrl,
    },
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? 1));
  });
}

process.exitCode = await buildStacks(process.cwd());
