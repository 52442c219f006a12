import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DynamoDBStreamEvent } from "aws-lambda";
import type * as z from "zod";
import type { Role } from "../../contract/access.ts";
import { type Client, createClient } from "../../contract/client.ts";
import type { taskInput } from "../../contract/task.ts";
import { type Context, createContext, readConfig } from "../../core/context.ts";
import { createKey } from "../../core/key/key.ts";
import { ensureWorkspace } from "../../core/workspace/workspace.ts";
import { startDynamo } from "../../local/aws/dynamodb/dynamodb.ts";
import type { Images } from "../../local/aws/ecs/containers.ts";
import { type AwsServer, startAws } from "../../local/aws/server.ts";
import type { SesAccount } from "../../local/aws/ses/ses.ts";
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
import { feedFollowUp } from "../../local/event-source/follow-up.ts";
import { type FunctionUrl, startFunctionUrl } from "../../local/function-url.ts";
import { hostFunctions } from "../../local/functions.ts";
import { startHttpFront } from "../../local/http-front.ts";
import { provision } from "../../local/provision.ts";

export interface StackOptions {
  /** Programs for the two images. Without them containers start and do nothing: the test plays the runner. */
  images?: Images;
  standIns?: StandIn[];
  /**
   * What happens by itself. `containers`: they run and their ends are told, but no schedule fires, the sweep's neither.
   * `nothing`: RunTask only answers. Default: all of it.
   */
  byItself?: "all" | "containers" | "nothing";
  /** How SES is set up. By default any address may send to any. */
  ses?: SesAccount;
  /** Something between the functions and the table; given the table's address it gives its own. */
  beforeTable?: (url: string) => Promise<string>;
  /** How many runs the first workspace may have going. */
  runningCap?: number;
  /** Stands between the table's stream and the function follow-up: it may hand on an event twice, late or not at all. */
  betweenStream?: (
    event: DynamoDBStreamEvent,
    invoke: (event: DynamoDBStreamEvent) => Promise<unknown>,
  ) => Promise<unknown>;
  /** Told of every invocation of a function, and the milliseconds that the processor worked meanwhile. */
  onInvoked?: (name: FunctionName, cpuMs: number) => void;
  /** Told of what a function threw, and of events that were given up. */
  onFault?: (fault: unknown) => void;
}

/** The whole of Errand on loopback: DynamoDB's engine, the local AWS, the functions behind an HTTP front. */
export interface Stack {
  ctx: Context;
  /** The domain's context some seconds from now. */
  later: (seconds: number) => Context;
  url: string;
  /** The API of runners, which answers what their role has signed. */
  runnerApi: FunctionUrl;
  dir: string;
  aws: AwsServer;
  workspaceId: string;
  /** A client with the role admin in the first workspace. */
  client: Client;
  clientAs: (role: Exclude<Role, "owner">, workspace?: string) => Promise<Client>;
  invoke: (name: FunctionName, event: unknown) => Promise<unknown>;
  createTask: (input?: Partial<z.input<typeof taskInput>>) => ReturnType<Client["createTask"]>;
  /** Hands what is in the table's stream to the function follow-up, until nothing moves any more. */
  drainStream: () => Promise<void>;
  close: () => Promise<void>;
}

/** Credentials of tests are shown to no provider: where one would be, nothing answers. */
const nobody = ["api.anthropic.com", "api.openai.com"].map((host) => ({ host, url: "http://127.0.0.1:9" }));
const idle = { command: ["sleep", "1000"], env: { PATH: "/usr/bin:/bin" } };

/** The nth hour from now on, as Scheduler names a slot. */
export function slotOf(n: number): string {
  return new Date(Math.ceil(Date.now() / 3_600_000) * 3_600_000 + n * 3_600_000).toISOString();
}

/** Shows up in no log, result, mail or table. */
export const canary = "sk-ant-api03-canaryCANARYcanary0123456789";

export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const { byItself = "all", onFault = () => {}, standIns = [] } = options;
  const dir = mkdtempSync(join(tmpdir(), "errand-test-"));
  const file = join(dir, "dynamodb.sqlite");
  const dynamo = await startDynamo({ file, port: 0 });
  let invoke: Stack["invoke"] = async () => {};
  const runnerApi = await startFunctionUrl(dir, (event) => invoke("runner-api", event));
  const aws = await startAws({
    port: 0,
    dataDir: join(dir, "aws"),
    now: Date.now,
    region,
    images: options.images ?? { [names.image("claude")]: idle, [names.image("codex")]: idle },
    invoke: async (arn, payload) => void (byItself === "all" && (await host.invoke(arn, JSON.parse(payload)))),
    onEvent: async (event) => void (await invoke("runner-stopped", event)),
    taskRole: runnerApi.keys,
    dynamodbUrl: dynamo.url,
    ses: options.ses,
    timers: byItself !== "nothing",
  });
  const front = await startHttpFront({
    port: 0,
    stage,
    accountId,
    invoke: (event) => invoke("api", event),
    pages: () => false,
  });
  const dynamodb = (await options.beforeTable?.(dynamo.url)) ?? aws.url;
  const endpoints = { api: front.url, runnerApi: runnerApi.url, aws: aws.url, dynamodb };
  Object.assign(process.env, functionEnvironment(endpoints, [...standIns, ...nobody]));
  const host = hostFunctions({
    ready: Promise.resolve(),
    onError: (_name, error) => onFault(error),
    onDeadLetter: onFault,
  });
  // What the table's stream brings is done when a call has been answered: tests need not wait for it.
  let follow: () => Promise<unknown> = async () => {};
  invoke = async (name, event) => {
    const before = process.cpuUsage();
    try {
      const answer = await host.invoke(functionName(name), event);
      if (name !== "follow-up") await follow();
      return answer;
    } finally {
      const { user, system } = process.cpuUsage(before);
      options.onInvoked?.(name, (user + system) / 1000);
    }
  };
  await provision({ standIns, workDir: join(dir, "work") });
  const config = readConfig(process.env);
  const random = (bytes: number) => randomBytes(bytes);
  const ctx = createContext(config, { now: () => new Date(), random });
  const workspaceId = await ensureWorkspace(ctx, "main");
  if (options.runningCap !== undefined) {
    await ctx.table.entities.workspace.patch({ workspaceId }).set({ cap: options.runningCap }).go();
  }
  const followUp = (event: DynamoDBStreamEvent) => invoke("follow-up", event);
  const feed = await feedFollowUp({
    dynamodbUrl: dynamo.url,
    dynamodbFile: file,
    dataDir: dir,
    invoke: (event) => options.betweenStream?.(event, followUp) ?? followUp(event),
    onGivenUp: onFault,
    onError: onFault,
    byItself: byItself !== "nothing",
  });
  if (byItself !== "nothing") follow = feed.drain;
  const clientAs = async (role: Exclude<Role, "owner">, workspace = workspaceId) => {
    const { secret } = await createKey(ctx, workspace, { name: role, role, autonomy: 3, expiresInDays: null });
    return createClient({ baseUrl: front.url, headers: () => ({ authorization: `Bearer ${secret}` }) });
  };
  const client = await clientAs("admin");
  let tasks = 0;
  return {
    ctx,
    later: (seconds) => ({ ...ctx, now: () => new Date(Date.now() + seconds * 1000) }),
    url: front.url,
    runnerApi,
    dir,
    aws,
    workspaceId,
    client,
    clientAs,
    invoke,
    drainStream: feed.drain,
    createTask: (input = {}) =>
      client.createTask({ body: { name: `task ${++tasks}`, prompt: "Say hello.", ...input } }),
    close: async () => {
      await feed.stop();
      await Promise.all([front.close(1000), runnerApi.close(1000)]);
      await aws.close();
      await dynamo.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
