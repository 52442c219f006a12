import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { functionEnvironment } from "../../local/deployment.ts";
import { bundle } from "../../stacks/bundle.ts";
import { interleaved, kilobytes, median, milliseconds, type Row } from "../support/row.ts";

const turns = 25;
const most = { bytes: 700_000, ms: 80 };
const root = join(import.meta.dirname, "..", "..");
const run = promisify(execFile);

/** What any dispatcher of this kind would load. */
const floorSource = `
  import middy from "@middy/core";
  import * as z from "zod";
  import { DynamoDBClient, TransactWriteItemsCommand } from "@aws-sdk/client-dynamodb";
  import { ECSClient, RunTaskCommand } from "@aws-sdk/client-ecs";
  import { SchedulerClient, GetScheduleCommand } from "@aws-sdk/client-scheduler";
  import { SecretsManagerClient, GetSecretValueCommand } from "@aws-sdk/client-secrets-manager";
  const input = z.object({ taskId: z.string(), slot: z.string() });
  const clients = [new DynamoDBClient(), new ECSClient(), new SchedulerClient(), new SecretsManagerClient()];
  const commands = [TransactWriteItemsCommand, RunTaskCommand, GetScheduleCommand, GetSecretValueCommand];
  export const handler = middy().handler(async (event) => [input.parse(event), clients, commands]);
`;

/** The dispatcher as it is deployed: its size, and how long a fresh process takes to import it. */
export default async function measureBundle(): Promise<Row[]> {
  const dir = mkdtempSync(join(tmpdir(), "errand-bench-"));
  const [own, floor] = [join(dir, "dispatcher.mjs"), join(dir, "floor.mjs")];
  const options = { ...bundle, mainFields: [...bundle.mainFields], external: [...bundle.external], bundle: true };
  await build({ ...options, entryPoints: [join(root, "functions", "dispatcher.ts")], outfile: own });
  await build({ ...options, stdin: { contents: floorSource, resolveDir: root }, outfile: floor });
  const bytes = { own: statSync(own).size, floor: statSync(floor).size };
  for (const file of [own, floor]) await importTime(file);
  const imports = await interleaved(
    turns,
    () => importTime(own),
    () => importTime(floor),
  );
  rmSync(dir, { recursive: true, force: true });
  const ms = { own: median(imports.measured), floor: median(imports.floor) };
  const what = "middy, zod and four clients";
  return [
    {
      what: "dispatcher bundle",
      measured: kilobytes(bytes.own),
      floor: `${kilobytes(bytes.floor)}: ${what}`,
      value: kilobytes(bytes.own),
      target: `≤ ${kilobytes(most.bytes)}`,
      ok: bytes.own <= most.bytes,
    },
    {
      what: "dispatcher import in a fresh process",
      measured: milliseconds(ms.own),
      floor: `${milliseconds(ms.floor)}: ${what}`,
      value: milliseconds(ms.own),
      target: `≤ ${most.ms} ms`,
      ok: ms.own <= most.ms,
      notes: [`${turns} of each by turns; median. Without Node's own start.`],
    },
  ];
}

/** Milliseconds of the import itself, told by the process that does it. */
async function importTime(file: string): Promise<number> {
  const nowhere = "http://127.0.0.1:9";
  const program = `const start = performance.now(); await import(${JSON.stringify(file)}); process.stdout.write(String(performance.now() - start)); process.exit(0);`;
  const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", program], {
    env: functionEnvironment({ api: nowhere, runnerApi: nowhere, aws: nowhere, dynamodb: nowhere }, []),
  });
  return Number(stdout);
}
