import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { Calls } from "./calls.ts";
import { dispatcher } from "./dispatch.ts";
import type { Images } from "./ecs/containers.ts";
import { type Ecs, ecs } from "./ecs/ecs.ts";
import type { OnEvent } from "./ecs/events.ts";
import { Faults } from "./faults.ts";
import { acquireLock } from "./lock.ts";
import { logs } from "./logs/logs.ts";
import { LogStore } from "./logs/store.ts";
import type { Service } from "./protocol/service.ts";
import type { DeadLetter, Invoke } from "./scheduler/delivery.ts";
import { scheduler } from "./scheduler/scheduler.ts";
import { secretsManager } from "./secrets-manager/secrets-manager.ts";
import { type SesAccount, ses } from "./ses/ses.ts";
import type { Signatory } from "./signature.ts";
import { type AwsContext, Store } from "./store.ts";
import { sts } from "./sts/sts.ts";

export interface AwsOptions {
  /** 0 lets the system choose. */
  readonly port: number;
  /** Everything is kept here; made with mode 0700. One server at a time. */
  readonly dataDir: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly region: string;
  /** Container images by name, each a program of this machine. */
  readonly images: Images;
  /** Calls a schedule's target. Rejecting means that it was not taken: it is tried again by the retry policy. */
  readonly invoke: Invoke;
  /** Takes an "ECS Task State Change" of a task that STOPPED. Rejecting means that it comes again. */
  readonly onEvent: OnEvent;
  /** Takes what goes wrong in work that nobody waits for. By default it is printed. */
  readonly onFault?: AwsContext["onFault"];
  /** How SES is set up. By default any address may send to any. */
  readonly ses?: SesAccount;
  /** Where DynamoDB answers. With it requests signed for DynamoDB are counted, struck by faults and passed on. */
  readonly dynamodbUrl?: string;
  /** The one access key whose requests are answered; without it every one is. */
  readonly accessKeyId?: string;
  /** What containers sign with: the credentials of their task's role. Without it they have none. */
  readonly taskRole?: Signatory;
  /** Services beyond those that Errand's functions call: what deploying to this AWS takes. */
  readonly more?: (context: AwsContext) => readonly Service[];
  /** False leaves all work that time brings to `tick`. Default true: every 200 ms. */
  readonly timers?: boolean;
}

export interface AwsServer {
  readonly url: string;
  readonly faults: Faults;
  readonly calls: Calls;
  /** Does once what is due now (schedules, containers, events, sweeps) and waits for what that started. */
  tick(): Promise<void>;
  /** What schedules could not deliver. */
  deadLetters(): DeadLetter[];
  /**
   * Stops the server. Containers are stopped first, with the reason stored for the next start to tell; `leave` lets
   * them run on, to be adopted by the next server.
   */
  close(options?: { containers?: "stop" | "leave" }): Promise<void>;
}

/** The account everything belongs to. */
const ACCOUNT = "000000000000";

const TICK_MS = 200;
/** A clock that is kept in step is set back by less than this. */
const CLOCK_NOISE_MS = 1000;
const STOP_POLL_MS = 25;
const STOP_MOST_MS = 30_000;
const CREDENTIALS_MS = 6 * 3_600_000;
/** How long close waits for targets and handlers; what they have not taken by then comes again at the next start. */
const CLOSE_GRACE_MS = 2000;

/**
 * The local AWS: ECS, EventBridge Scheduler, CloudWatch Logs, Secrets Manager, SES and STS on one port of 127.0.0.1,
 * for the SDK's own clients by AWS_ENDPOINT_URL. What is known to AWS but not built answers 501 NotImplemented.
 */
export async function startAws(options: AwsOptions): Promise<AwsServer> {
  const { dataDir, now, region } = options;
  const lock = acquireLock(join(dataDir, "aws.lock"));
  const store = new Store(dataDir);
  const onFault = options.onFault ?? ((what, error) => console.error(what, error));
  const context: AwsContext = { account: ACCOUNT, region, dataDir, store, now, onFault };
  const faults = new Faults();
  const calls = new Calls();
  let url = "";
  let wake: () => unknown = () => {};
  const logStore = new LogStore(context);
  const containers = ecs(context, {
    images: options.images,
    onEvent: options.onEvent,
    logs: logStore,
    url: () => url,
    withRole: options.taskRole !== undefined,
    wake: () => wake(),
  });
  const schedules = scheduler(context, options.invoke);
  const services: Service[] = [
    containers,
    schedules,
    logs(context, logStore),
    secretsManager(context),
    ses(context, options.ses),
    sts(context),
    ...(options.more?.(context) ?? []),
  ];
  const dispatch = dispatcher({
    services,
    faults,
    calls,
    now,
    dynamodbUrl: options.dynamodbUrl,
    accessKeyId: options.accessKeyId,
  });
  const server = createServer((request, response) => {
    if (!answerContainer(containers, options.taskRole, request, response)) void dispatch(request, response);
  });
  // The SDK pools its sockets; one that the server closed first meets it as ECONNRESET.
  server.keepAliveTimeout = 120_000;
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(options.port, "127.0.0.1", resolve);
    });
  } catch (error) {
    store.close();
    lock.release();
    throw error;
  }
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  let latest = Number.POSITIVE_INFINITY;
  const work = async () => {
    const time = now();
    // At the first time nobody knows what the clock was before.
    if (time < latest - CLOCK_NOISE_MS) {
      store.transaction(() => {
        for (const service of services) service.clockSetBack?.();
      });
    }
    latest = time;
    for (const service of services) await service.tick?.();
  };
  const settled = async () => {
    await Promise.all([schedules.settled(), containers.settled()]);
  };
  const workNow = () => {
    if (store.isOpen)
      void work().catch((error: unknown) => context.onFault("the local AWS could not do its work", error));
  };
  const timer = options.timers === false ? undefined : setInterval(workNow, TICK_MS);
  if (timer) wake = () => setImmediate(workNow);

  const close = async (fate: "stop" | "leave") => {
    clearInterval(timer);
    wake = () => {};
    if (fate === "stop") await stopContainers(containers);
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
    await Promise.race([settled(), new Promise((resolve) => setTimeout(resolve, CLOSE_GRACE_MS).unref())]);
    store.close();
    lock.release();
  };
  let closed: Promise<void> | undefined;

  return {
    url,
    faults,
    calls,
    tick: async () => {
      await work();
      await settled();
    },
    deadLetters: () => schedules.deadLetters(),
    close: ({ containers: fate = "stop" } = {}) => {
      closed ??= close(fate);
      return closed;
    },
  };
}

/** Stops the containers; after STOP_MOST_MS by the machine's clock, whatever `now` says, they are killed. */
async function stopContainers(containers: Ecs): Promise<void> {
  const deadline = performance.now() + STOP_MOST_MS;
  while (!containers.stopAll("The local server was stopped")) {
    if (performance.now() > deadline) containers.killAll();
    await new Promise((resolve) => setTimeout(resolve, STOP_POLL_MS));
  }
}

/**
 * What a container asks ECS about itself: its metadata at `/v4/<task id>/task`, its role's credentials at
 * `/v2/credentials/<task id>`. True when the request was meant for it.
 */
function answerContainer(
  containers: Ecs,
  taskRole: Signatory | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): boolean {
  const [, kind, taskId = ""] = /^\/(v4|v2\/credentials)\/([0-9a-f]+)(?:\/task)?$/.exec(request.url ?? "") ?? [];
  if (kind === undefined || request.method !== "GET") return false;
  const metadata = containers.metadata(taskId);
  const given = kind === "v4" ? metadata : metadata && taskRole && credentialsOf(taskRole);
  response.writeHead(given ? 200 : 404, { "content-type": "application/json" });
  response.end(JSON.stringify(given ?? { error: "There is no such task." }));
  return true;
}

/** They last as long as ECS's do, though nobody holds them to it here. */
function credentialsOf(taskRole: Signatory): Record<string, unknown> {
  return {
    AccessKeyId: taskRole.accessKeyId,
    SecretAccessKey: taskRole.secretAccessKey,
    Token: taskRole.sessionToken,
    Expiration: new Date(Date.now() + CREDENTIALS_MS).toISOString(),
  };
}
