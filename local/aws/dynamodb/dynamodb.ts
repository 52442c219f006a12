import { spawn } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { dirname } from "node:path";
import { DeleteItemCommand, type DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import { acquireLock, type Lock } from "../lock.ts";
import { keepPrivate } from "../private-file.ts";
import { commandName, identify, isAlive, type ProcessIdentity, signal } from "../process.ts";

export interface DynamoOptions {
  /** The SQLite file that holds every table. */
  readonly file: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** Default `<file>.lock`. */
  readonly lockfile?: string;
  /** The dynoxide binary; by default the one of the package for this platform. */
  readonly binary?: string;
}

export interface DynamoServer {
  readonly url: string;
  readonly pid: number;
  close(): Promise<void>;
}

const START_TIMEOUT_MS = 10_000;
const POLL_MS = 10;

/**
 * Starts dynoxide on 127.0.0.1 and resolves when it answers. One process at a time can have a file: a second start
 * throws, naming the holder. A dynoxide that outlived a killed owner is ended first. If it dies by itself it is started
 * again on the same port.
 */
export async function startDynamo(options: DynamoOptions): Promise<DynamoServer> {
  const binary = options.binary ?? dynoxideBinary();
  mkdirSync(dirname(options.file), { recursive: true, mode: 0o700 });
  const lock = acquireLock(options.lockfile ?? `${options.file}.lock`);
  try {
    await endLeftover(lock.previous?.child);
    keepPrivate(options.file);
    const port = options.port || (await freePort());
    const child = keepRunning(binary, options.file, port, lock);
    const url = `http://127.0.0.1:${port}`;
    await untilAnswers(url, child);
    child.ready();
    return {
      url,
      get pid() {
        return child.pid();
      },
      close: async () => {
        await child.stop();
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** Where npm put dynoxide for this platform. Throws, saying what to do, where there is none. */
export function dynoxideBinary(platform: string = process.platform, cpu: string = process.arch): string {
  const name = `@dynoxide/${platform}-${cpu}`;
  try {
    const binary = `${dirname(createRequire(import.meta.url).resolve(`${name}/package.json`))}/dynoxide`;
    if (existsSync(binary)) return binary;
  } catch {
    // Told below, together with a package that has no binary.
  }
  throw new Error(
    `There is no DynamoDB for this platform: the package ${name} is not installed. ` +
      "Set ERRAND_DYNAMODB_ENDPOINT to the address of a DynamoDB that you run yourself.",
  );
}

/**
 * Deletes the items whose `expiresAt` (seconds since the epoch) has passed, as DynamoDB's time to live does, and gives
 * their number. An item whose expiry was moved meanwhile stays. The table's keys are `pk` and `sk`.
 */
export async function sweepExpired(client: DynamoDBClient, table: string, now: number): Promise<number> {
  const values = { ":now": { N: String(Math.floor(now / 1000)) } };
  const scan = paginateScan(
    { client },
    {
      TableName: table,
      ProjectionExpression: "pk, sk",
      FilterExpression: "expiresAt < :now",
      ExpressionAttributeValues: values,
    },
  );
  let deleted = 0;
  for await (const { Items: items = [] } of scan) {
    for (const { pk, sk } of items) {
      if (pk && sk && (await deleteExpired(client, table, { pk, sk }, values))) deleted += 1;
    }
  }
  return deleted;
}

async function deleteExpired(
  client: DynamoDBClient,
  table: string,
  key: NonNullable<DeleteItemCommand["input"]["Key"]>,
  values: DeleteItemCommand["input"]["ExpressionAttributeValues"],
): Promise<boolean> {
  try {
    await client.send(
      new DeleteItemCommand({
        TableName: table,
        Key: key,
        ConditionExpression: "expiresAt < :now",
        ExpressionAttributeValues: values,
      }),
    );
    return true;
  } catch (error) {
    if ((error as Error).name === "ConditionalCheckFailedException") return false;
    throw error;
  }
}

interface KeptChild {
  pid(): number;
  /** From now on dynoxide is started again when it ends. Before that, its end is a failure to start. */
  ready(): void;
  failure(): string | undefined;
  stop(): Promise<void>;
}

/** Runs dynoxide until `stop`; its pid is noted in the lock the moment it is known. */
function keepRunning(binary: string, file: string, port: number, lock: Lock): KeptChild {
  let state: "starting" | "ready" | "stopping" = "starting";
  let failure: string | undefined;
  let current = launch();

  function launch() {
    let errors = "";
    // A group of its own: Ctrl-C reaches this process alone, which stops dynoxide last.
    const child = spawn(binary, ["serve", "--host", "127.0.0.1", "--port", String(port), "--db-path", file], {
      stdio: ["ignore", "ignore", "pipe"],
      env: {},
      detached: true,
    });
    const identity = child.pid === undefined ? undefined : identify(child.pid);
    if (identity) lock.recordChild(identity);
    child.stderr?.on("data", (chunk: Buffer) => {
      errors = (errors + chunk.toString("utf8")).slice(-2000);
    });
    const ended = new Promise<void>((resolve) => {
      child.once("error", (error) => {
        errors += error.message;
        resolve();
      });
      child.once("exit", () => resolve());
    });
    void ended.then(async () => {
      if (state === "starting") failure = errors || "it ended at once";
      await pause();
      if (state === "ready") current = launch();
    });
    return { child, ended };
  }

  return {
    pid: () => current.child.pid ?? 0,
    ready: () => {
      state = "ready";
    },
    failure: () => failure,
    stop: async () => {
      state = "stopping";
      current.child.kill("SIGTERM");
      await current.ended;
    },
  };
}

async function endLeftover(child: ProcessIdentity | undefined): Promise<void> {
  if (!child || !isAlive(child) || !commandName(child.pid).includes("dynoxide")) return;
  signal(child.pid, "SIGKILL");
  while (isAlive(child)) await pause();
}

async function untilAnswers(url: string, child: KeptChild): Promise<void> {
  const deadline = performance.now() + START_TIMEOUT_MS;
  for (;;) {
    const failure = child.failure();
    if (failure !== undefined) throw new Error(`dynoxide did not start: ${failure.trim()}`);
    try {
      await fetch(url, { signal: AbortSignal.timeout(1000) });
      return;
    } catch {
      if (performance.now() > deadline) {
        await child.stop();
        throw new Error(`dynoxide did not answer at ${url} within ${START_TIMEOUT_MS / 1000} seconds.`);
      }
    }
    await pause();
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, POLL_MS));
}
