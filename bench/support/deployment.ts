import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Client, createClient } from "../../contract/client.ts";
import { type Context, createContext, readConfig } from "../../core/context.ts";
import { createKey } from "../../core/key/key.ts";
import { ensureWorkspace } from "../../core/workspace/workspace.ts";
import { startDynamo } from "../../local/aws/dynamodb.ts";
import type { Images } from "../../local/aws/ecs-containers.ts";
import { type AwsServer, startAws } from "../../local/aws/server.ts";
import {
  accountId,
  type FunctionName,
  functionEnvironment,
  functionName,
  names,
  region,
  type StandIn,
  stage,
} from "../../local/deployment.ts";
import { hostFunctions } from "../../local/functions.ts";
import { startHttpFront } from "../../local/http-front.ts";
import { provision } from "../../local/provision.ts";

export interface DeploymentOptions {
  images?: Images;
  standIns?: StandIn[];
  /** Something between the functions and the table; given the table's address it gives its own. */
  beforeTable?: (url: string) => Promise<string>;
  /** Told of every invocation of a function, and the milliseconds that the processor worked meanwhile. */
  onInvoked?: (name: string, cpuMs: number) => void;
}

/** The whole of Errand on loopback, with time that stands still where nothing is asked: no sweep disturbs a count. */
export interface Deployment {
  ctx: Context;
  url: string;
  dir: string;
  aws: AwsServer;
  workspaceId: string;
  client: Client;
  /** A client of a workspace of its own. */
  clientOf: (workspaceId: string) => Promise<Client>;
  invoke: (name: FunctionName, event: unknown) => Promise<unknown>;
  close: () => Promise<void>;
}

const nothing = { command: ["sleep", "1000"], env: { PATH: "/usr/bin:/bin" } };

/** `images` starts the work that time brings: containers run and their ends are told. Without, RunTask only answers. */
export async function startDeployment(options: DeploymentOptions = {}): Promise<Deployment> {
  const dir = mkdtempSync(join(tmpdir(), "errand-bench-"));
  const dynamo = await startDynamo({ file: join(dir, "dynamodb.sqlite"), port: 0 });
  let invoke: Deployment["invoke"] = async () => {};
  const aws = await startAws({
    port: 0,
    dataDir: join(dir, "aws"),
    now: Date.now,
    region,
    images: options.images ?? { [names.image("claude")]: nothing, [names.image("codex")]: nothing },
    // Nothing is scheduled here but the sweep, which would disturb what is measured.
    invoke: async () => {},
    onEvent: async (event) => void (options.images && (await invoke("runner-stopped", event))),
    timers: options.images !== undefined,
  });
  const front = await startHttpFront({
    port: 0,
    stage,
    accountId,
    invoke: (event) => invoke("api", event),
    pages: () => false,
  });
  const dynamodb = (await options.beforeTable?.(dynamo.url)) ?? dynamo.url;
  Object.assign(process.env, functionEnvironment({ api: front.url, aws: aws.url, dynamodb }, options.standIns ?? []));
  const fail = (what: unknown, error?: unknown) => console.error(what, error ?? "");
  const host = hostFunctions({ ready: Promise.resolve(), onError: fail, onDeadLetter: fail });
  invoke = async (name, event) => {
    const before = process.cpuUsage();
    try {
      return await host.invoke(functionName(name), event);
    } finally {
      const { user, system } = process.cpuUsage(before);
      options.onInvoked?.(name, (user + system) / 1000);
    }
  };
  await provision({ standIns: options.standIns ?? [], workDir: join(dir, "work") });
  const ctx = createContext(readConfig(process.env), { now: () => new Date(), random: (bytes) => randomBytes(bytes) });
  const workspaceId = await ensureWorkspace(ctx, "bench");
  // Nobody waits for a turn here.
  await ctx.table.entities.workspace.patch({ workspaceId }).set({ cap: 1_000_000 }).go();
  const clientOf = async (workspace: string) => {
    const key = { name: "bench", role: "admin", autonomy: 0, expiresInDays: null } as const;
    const { secret } = await createKey(ctx, workspace, key);
    return createClient({ baseUrl: front.url, headers: () => ({ authorization: `Bearer ${secret}` }) });
  };
  return {
    ctx,
    url: front.url,
    dir,
    aws,
    workspaceId,
    client: await clientOf(workspaceId),
    clientOf,
    invoke,
    async close() {
      await front.close(1000);
      await aws.close();
      await dynamo.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** The nth hour from now on, as Scheduler names a slot. */
export function slotOf(n: number): string {
  return new Date(Math.ceil(Date.now() / 3_600_000) * 3_600_000 + n * 3_600_000).toISOString();
}
