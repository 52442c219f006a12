import { execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { median, type Row, timed } from "../support/row.ts";

const turns = 3;
const most = 60;
const giveUpMs = 300_000;
const root = join(import.meta.dirname, "..", "..");
const run = promisify(execFile);

/** From `npm start` in a fresh clone to an API that answers, packages cached; against npm's installation alone. */
export default async function freshStart(): Promise<Row[]> {
  const dir = mkdtempSync(join(tmpdir(), "errand-bench-"));
  const clone = async (name: string) => {
    await run("git", ["clone", "--quiet", root, join(dir, name)]);
    return join(dir, name);
  };
  const floor: number[] = [];
  const measured: number[] = [];
  try {
    // Fills npm's cache.
    await install(await clone("first"));
    for (let turn = 0; turn < turns; turn++) {
      const [bare, whole] = [await clone(`bare-${turn}`), await clone(`whole-${turn}`)];
      floor.push(await timed(() => install(bare)));
      measured.push(await untilAnswering(whole, join(dir, `data-${turn}`)));
      for (const folder of [bare, whole]) rmSync(folder, { recursive: true, force: true });
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
  const seconds = { measured: median(measured) / 1000, floor: median(floor) / 1000 };
  return [
    {
      what: "fresh clone to API answering",
      measured: `${seconds.measured.toFixed(1)} s`,
      floor: `${seconds.floor.toFixed(1)} s: npm ci --omit=dev`,
      value: `${seconds.measured.toFixed(1)} s`,
      target: `≤ ${most} s`,
      ok: seconds.measured <= most,
      notes: [`${turns} of each by turns with packages in npm's cache; median.`],
    },
  ];
}

async function install(cwd: string): Promise<void> {
  await run("npm", ["ci", "--omit=dev", "--no-audit", "--no-fund", "--loglevel=error"], { cwd });
}

/** Milliseconds from `npm start` to the first answer of the API. */
async function untilAnswering(cwd: string, dataDir: string): Promise<number> {
  const port = await freePort();
  const args = ["start", "--", "--no-demo", "--data", dataDir, "--port", String(port)];
  const start = performance.now();
  const child = spawn("npm", args, { cwd, detached: true, stdio: ["ignore", "ignore", "pipe"] });
  let errors = "";
  child.stderr.on("data", (chunk) => {
    errors = (errors + chunk).slice(-4000);
  });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  try {
    while (!(await answers(port))) {
      if (child.exitCode !== null || performance.now() - start > giveUpMs)
        throw new Error(`npm start did not come up: ${errors}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return performance.now() - start;
  } finally {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGTERM");
    await ended;
  }
}

async function answers(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/api/health`)).ok;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}
