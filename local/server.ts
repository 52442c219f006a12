import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { ECSClient, ListTasksCommand } from "@aws-sdk/client-ecs";
import { stop as stopEsbuild } from "esbuild";
import { buildRunner } from "../containers/runner/build.ts";
import { removeTree } from "../containers/runner/remove.ts";
import { migrate } from "../core/migration/migrate.ts";
import { contextOfProcess } from "../functions/environment.ts";
import { startDynamo, sweepExpired } from "./aws/dynamodb/dynamodb.ts";
import { acquireLock } from "./aws/lock.ts";
import { startAws } from "./aws/server.ts";
import { type LocalConfig, UsageError } from "./config.ts";
import { demoKeys, otherwise } from "./demo/key.ts";
import { sampleHost } from "./demo/sample-repository.ts";
import { demoScript } from "./demo/script.ts";
import { accountId, functionEnvironment, functionName, names, region, stage } from "./deployment.ts";
import { diskTrouble, watchDisk } from "./disk.ts";
import { feedFollowUp } from "./event-source/follow-up.ts";
import { startFunctionUrl } from "./function-url.ts";
import { hostFunctions } from "./functions.ts";
import { startGitServer } from "./git-server.ts";
import { type HttpFront, type HttpFrontOptions, startHttpFront } from "./http-front.ts";
import { introduce, removeServerFile, writeServerFile } from "./identity.ts";
import { type LocalImages, localImages } from "./images.ts";
import { openLogFile } from "./log-file.ts";
import { pages } from "./pages.ts";
import { provision } from "./provision.ts";
import { startScriptedModel } from "./scripted-model.ts";

export interface LocalServer {
  /** Base to which `/api/…` is appended. */
  url: string;
  /** An API key with the role admin. */
  key: string;
  signInLink: string;
  logFile: string;
  /** Bare repositories that `https://git.localhost/…` leads to. */
  gitRoot: string;
  mailDir: string;
  /** Makes an agent's CLI ready for containers. Throws AgentCliError. */
  prepareAgent: LocalImages["prepare"];
  /** Stops containers as ECS does, finishes what is under way, then stops everything else. */
  close: () => Promise<void>;
}

export interface ServerDoors {
  /** Where the functions find their environment: the process's own. */
  environment: Record<string, string | undefined>;
  /** Told of every failed invocation; its details are in the log file. */
  onError: (message: string) => void;
  /** Told that nothing can be kept on the disk, and when it can be again. */
  onTrouble: (sentence: string) => void;
}

const requestGraceMs = 2_000;
const portsToTry = 100;
const expirySweepMs = 3_600_000;

/** Starts the whole of Errand on 127.0.0.1 with everything it keeps in `config.dataDir`. One per process and folder. */
export async function startServer(config: LocalConfig, doors: ServerDoors): Promise<LocalServer> {
  const steps: (() => unknown)[] = [];
  const close = async () => {
    for (const step of steps.splice(0).reverse()) await step();
  };
  try {
    return await start(config, doors, { close, later: (step) => steps.push(step) });
  } catch (error) {
    await close();
    throw error;
  }
}

interface Closing {
  close: () => Promise<void>;
  /** Notes a step of closing; the last one noted is the first one taken. */
  later: (step: () => unknown) => void;
}

async function start(config: LocalConfig, doors: ServerDoors, { close, later }: Closing): Promise<LocalServer> {
  const { dataDir, path } = config;
  const folder = (name: string) => join(dataDir, name);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const lock = acquireLock(folder("server.lock"));
  later(lock.release);
  const log = openLogFile(dataDir, globalThis);
  later(log.close);

  const runnerFile = folder("runner.mjs");
  const [dynamodb, git, model] = await Promise.all([
    dynamodbFor(config, later),
    startGitServer({ root: folder("git"), path }),
    startScriptedModel([demoScript], otherwise),
    buildRunner(runnerFile).finally(stopEsbuild),
  ]);
  later(git.close);
  later(model.close);

  const disk = watchDisk(dataDir, doors.onTrouble);
  later(disk.stop);
  const ready = Promise.withResolvers<void>();
  const lambda = hostFunctions({
    ready: ready.promise,
    onError(name, error) {
      log.error(`${name} failed`, error);
      disk.failed();
      doors.onError(`${name} failed: ${error instanceof Error ? error.message : String(error)}`);
    },
    onDeadLetter: (letter) => log.error("dead letter", letter),
  });
  const { images, prepare } = localImages({ ...config, runnerFile });
  const runnerApi = await startFunctionUrl(dataDir, (event) => lambda.invoke(functionName("runner-api"), event));
  const accessKeyId = randomBytes(20).toString("hex");
  const aws = await startAws({
    port: 0,
    accessKeyId,
    dataDir,
    now: Date.now,
    region,
    images,
    taskRole: runnerApi.keys,
    invoke: (arn, payload) => lambda.send(arn, JSON.parse(payload)),
    onEvent: (event) => lambda.send(functionName("runner-stopped"), event),
    onFault(what, error) {
      log.error(what, error);
      disk.failed();
    },
  });
  const answering = {
    invoke: (event: unknown) => lambda.invoke(functionName("api"), event),
    trouble() {
      disk.failed();
      return diskTrouble(dataDir);
    },
  };
  const front = await openFront(config.port, answering).catch(async (error) => {
    await aws.close();
    await runnerApi.close(0);
    throw error;
  });
  later(async () => {
    // Containers report while they stop, so their API and what it stands on stay up until they have.
    const drained = lambda.drain(requestGraceMs);
    await aws.close();
    await Promise.all([front.close(requestGraceMs), runnerApi.close(requestGraceMs), drained]);
  });

  const standIns = [
    { host: "api.anthropic.com", url: model.url, forKey: demoKeys.claude },
    { host: "api.openai.com", url: model.url, forKey: demoKeys.codex },
    { host: sampleHost, url: git.url },
  ];
  Object.assign(
    doors.environment,
    functionEnvironment(
      { api: front.url, runnerApi: runnerApi.url, aws: aws.url, dynamodb: dynamodb.url, accessKeyId },
      standIns,
    ),
  );
  const workDir = folder("work");
  await provision({ standIns, workDir });
  await migrate(contextOfProcess());
  await clearAbandoned(workDir).catch((error) => log.error("checkouts of killed runners are left", error));
  mkdirSync(workDir, { recursive: true });
  chmodSync(workDir, 0o700);
  chmodSync(runnerFile, 0o600);
  const { key, signInLink } = await introduce(contextOfProcess());
  ready.resolve();
  const feed = await feedFollowUp({
    dynamodbUrl: dynamodb.url,
    dynamodbFile: dynamodb.file,
    dataDir,
    invoke: (event) => lambda.invoke(functionName("follow-up"), event),
    onGivenUp: (event) => log.error("given up by follow-up", event),
    onError(error) {
      log.error("the table's stream could not be read", error);
      disk.failed();
    },
    byItself: true,
  });
  later(feed.stop);
  later(expireItems());
  writeServerFile(dataDir, { url: front.url, key, pid: process.pid });
  later(() => removeServerFile(dataDir, process.pid));
  return {
    url: front.url,
    key,
    signInLink,
    logFile: log.path,
    gitRoot: folder("git"),
    mailDir: folder("mail"),
    prepareAgent: prepare,
    close,
  };
}

interface Dynamo {
  url: string;
  /** Where its data are; undefined where the person runs it. */
  file: string | undefined;
}

async function dynamodbFor({ dynamodbUrl, dataDir }: LocalConfig, later: Closing["later"]): Promise<Dynamo> {
  if (dynamodbUrl !== undefined) return { url: dynamodbUrl, file: undefined };
  const file = join(dataDir, "dynamodb", "table.sqlite");
  const dynamo = await startDynamo({ file, port: 0 });
  later(dynamo.close);
  return { url: dynamo.url, file };
}

/** The asked port, or from the standard one on the first that is free. Throws UsageError. */
async function openFront(
  port: LocalConfig["port"],
  answering: Pick<HttpFrontOptions, "invoke" | "trouble">,
): Promise<HttpFront> {
  for (let candidate = port.first; ; candidate += 1) {
    try {
      return await startHttpFront({ port: candidate, stage, accountId, pages, ...answering });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
      if (port.exact)
        throw new UsageError(`Port ${candidate} is taken: stop what listens there, or give another --port.`);
      if (candidate === port.first + portsToTry)
        throw new UsageError(`No port from ${port.first} on is free: give a --port.`);
    }
  }
}

/** Removes checkouts whose runner was killed. Where a container still runs, nothing is touched. */
async function clearAbandoned(workDir: string): Promise<void> {
  const { taskArns } = await new ECSClient().send(new ListTasksCommand({ cluster: names.cluster }));
  if (taskArns?.length !== 0) return;
  const left = await removeTree(workDir);
  if (left) throw new Error(left);
}

/** What DynamoDB's time to live does on AWS. Answers how to stop it. */
function expireItems(): () => void {
  const client = new DynamoDBClient();
  const sweep = () => sweepExpired(client, names.table, Date.now() / 1000).catch(() => {});
  const timer = setInterval(sweep, expirySweepMs);
  void sweep();
  return () => clearInterval(timer);
}
