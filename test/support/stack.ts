import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type * as z from "zod";
import type { Role } from "../../contract/access.ts";
import { type Client, createClient } from "../../contract/client.ts";
import type { taskInput } from "../../contract/task.ts";
import { type Context, createContext, readConfig } from "../../core/context.ts";
import { createKey } from "../../core/key/key.ts";
import { ensureWorkspace } from "../../core/workspace/workspace.ts";
import { startDynamo } from "../../local/aws/dynamodb.ts";
import type { Images } from "../../local/aws/ecs-containers.ts";
import { type AwsServer, startAws } from "../../local/aws/server.ts";
import {
  accountId,
  functionArn,
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

export interface StackOptions {
  /** Programs for the two images. Without them containers start and do nothing: the test plays the runner. */
  images?: Images;
  standIns?: StandIn[];
}

/** The whole of Errand on loopback: DynamoDB's engine, the local AWS, the functions behind an HTTP front. */
export interface Stack {
  ctx: Context;
  /** The domain's context some seconds from now. */
  later: (seconds: number) => Context;
  url: string;
  dir: string;
  aws: AwsServer;
  workspaceId: string;
  /** A client with the role admin in the first workspace. */
  client: Client;
  clientAs: (role: Exclude<Role, "owner">, workspace?: string) => Promise<Client>;
  invoke: (name: "dispatcher" | "sweeper" | "runner-stopped", event: unknown) => Promise<void>;
  createTask: (input?: Partial<z.input<typeof taskInput>>) => ReturnType<Client["createTask"]>;
  close: () => Promise<void>;
}

/** Credentials of tests are shown to no provider: where one would be, nothing answers. */
const nobody = ["api.anthropic.com", "api.openai.com"].map((host) => ({ host, url: "http://127.0.0.1:9" }));
const idle = { command: ["sleep", "1000"], env: { PATH: "/usr/bin:/bin" } };
/** Shows up in no log, result, mail or table. */
export const canary = "sk-ant-api03-canaryCANARYcanary0123456789";

export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const dir = mkdtempSync(join(tmpdir(), "errand-test-"));
  const dynamo = await startDynamo({ file: join(dir, "dynamodb.sqlite"), port: 0 });
  let invokeArn = async (_arn: string, _payload: string) => {};
  const aws = await startAws({
    port: 0,
    dataDir: join(dir, "aws"),
    now: Date.now,
    region,
    images: options.images ?? { [names.image("claude")]: idle, [names.image("codex")]: idle },
    invoke: (arn, payload) => invokeArn(arn, payload),
    onEvent: (event) => invokeArn(functionArn("runner-stopped"), JSON.stringify(event)),
    dynamodbUrl: dynamo.url,
  });
  const faults: unknown[] = [];
  const front = await startHttpFront({
    port: 0,
    stage,
    accountId,
    invoke: (event) => host.invoke(functionName("api"), event),
    pages: () => false,
  });
  const standIns = options.standIns ?? [];
  const endpoints = { api: front.url, aws: aws.url, dynamodb: aws.url };
  Object.assign(process.env, functionEnvironment(endpoints, [...standIns, ...nobody]));
  const host = hostFunctions({
    ready: Promise.resolve(),
    onError: (_name, error) => faults.push(error),
    onDeadLetter: (letter) => faults.push(letter),
  });
  invokeArn = async (arn, payload) => {
    await host.invoke(arn, JSON.parse(payload));
  };
  await provision({ standIns, workDir: join(dir, "work") });
  const config = readConfig(process.env);
  const random = (bytes: number) => randomBytes(bytes);
  const ctx = createContext(config, { now: () => new Date(), random });
  const workspaceId = await ensureWorkspace(ctx, "main");
  const clientAs = async (role: Exclude<Role, "owner">, workspace = workspaceId) => {
    const { secret } = await createKey(ctx, workspace, { name: role, role, autonomy: 0, expiresInDays: null });
    return createClient({ baseUrl: front.url, headers: () => ({ authorization: `Bearer ${secret}` }) });
  };
  const client = await clientAs("admin");
  let tasks = 0;
  return {
    ctx,
    later: (seconds) => ({ ...ctx, now: () => new Date(Date.now() + seconds * 1000) }),
    url: front.url,
    dir,
    aws,
    workspaceId,
    client,
    clientAs,
    invoke: async (name, event) => {
      await host.invoke(functionName(name), event);
    },
    createTask: (input = {}) =>
      client.createTask({ body: { name: `task ${++tasks}`, prompt: "Say hello.", ...input } }),
    close: async () => {
      await front.close(1000);
      await aws.close();
      await dynamo.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
