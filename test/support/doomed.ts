import { type ChildProcess, fork } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { type Client, createClient } from "../../contract/client.ts";
import { accountId, type FunctionName, stage } from "../../local/deployment.ts";
import { startFunctionUrl } from "../../local/function-url.ts";
import { type HttpFront, startHttpFront } from "../../local/http-front.ts";
import { bundle } from "../../stacks/bundle.ts";
import { type Strike, startProxy } from "./proxy.ts";
import { runnerClient } from "./runner.ts";
import type { Stack } from "./stack.ts";

/** When a process is killed: before or after the AWS call with this number (from 1) did its work. */
export interface Death {
  at: number;
  when: "before" | "after";
}

export interface Doomed {
  /** Answers what the handler returned; rejects when the process was killed, or with the handler's error. */
  invoke: (event: unknown) => Promise<unknown>;
  /** AWS calls that reached AWS so far. */
  calls: () => string[];
  died: () => boolean;
  end: () => Promise<void>;
}

const here = (path: string) => JSON.stringify(fileURLToPath(new URL(path, import.meta.url)));
const bundled = new Map<string, Promise<string>>();

/** The function as it is deployed, in one file. */
function bundleOf(stack: Stack, name: FunctionName): Promise<string> {
  const outfile = join(stack.dir, `${name}.mjs`);
  const imports = [
    `import { handler } from ${here(`../../functions/${name}.ts`)};`,
    `import { serve } from ${here("./function-process.ts")};`,
  ];
  const stdin = { contents: `${imports.join("\n")}\nserve(handler);`, resolveDir: "." };
  const options = { ...bundle, mainFields: [...bundle.mainFields], external: [...bundle.external] };
  const known = bundled.get(outfile) ?? build({ ...options, bundle: true, stdin, outfile });
  const made = Promise.resolve(known).then(() => outfile);
  bundled.set(outfile, made);
  return made;
}

/** Which calls are struck, by their number from 1 and their operation; `kill` ends the process. */
type StrikeAt = (number: number, operation: string, kill: () => void) => Strike | undefined;

/** A function in a process of its own, with calls to AWS that are struck. */
export async function startStruck(stack: Stack, name: FunctionName, strikeAt: StrikeAt): Promise<Doomed> {
  let child: ChildProcess | undefined;
  let killed = false;
  const kill = () => {
    killed = true;
    child?.kill("SIGKILL");
  };
  const proxy = await startProxy(stack.aws.url, (number, operation) => strikeAt(number, operation, kill));
  const env = { ...process.env, AWS_ENDPOINT_URL: proxy.url, AWS_ENDPOINT_URL_DYNAMODB: proxy.url };
  const started = fork(await bundleOf(stack, name), {
    env: { ...env, NODE_COMPILE_CACHE: join(stack.dir, "compile-cache") },
    execArgv: [],
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  child = started;
  const exited = new Promise<void>((resolve) => started.once("exit", () => resolve()));
  await new Promise<void>((resolve, reject) => {
    started.once("message", () => resolve());
    started.once("exit", () => reject(new Error(`The function ${name} did not start.`)));
  });
  return {
    invoke: (event) =>
      new Promise((resolve, reject) => {
        started.once("message", ({ result, error }: { result?: unknown; error?: string }) =>
          error === undefined ? resolve(result) : reject(new Error(error)),
        );
        void exited.then(() => reject(new Error("The process was killed.")));
        started.send({ event });
      }),
    calls: () => proxy.calls,
    died: () => killed,
    end: async () => {
      started.kill("SIGKILL");
      await exited;
      await proxy.close();
    },
  };
}

const strikeOf =
  (death: Death | undefined): StrikeAt =>
  (number, _operation, kill) =>
    number === death?.at ? { kind: "silence", when: death.when, call: kill } : undefined;

/** A function in a process of its own, which a SIGKILL meets at one of its AWS calls, before it sees the answer. */
export function startDoomed(stack: Stack, name: FunctionName, death?: Death): Promise<Doomed> {
  return startStruck(stack, name, strikeOf(death));
}

/** Does something with the API in a process whose calls to AWS are struck. */
export async function withStruckApi(
  stack: Stack,
  token: string,
  strikeAt: StrikeAt,
  act: (client: Client) => Promise<unknown>,
): Promise<{ died: boolean; calls: string[] }> {
  const api = await startStruck(stack, "api", strikeAt);
  const front = await startHttpFront({ port: 0, stage, accountId, invoke: api.invoke, pages: () => false });
  const client = createClient({ baseUrl: front.url, headers: () => ({ authorization: `Bearer ${token}` }) });
  return actBefore(api, front, () => act(client));
}

/** Does something with the runner API in a process whose calls to AWS are struck. */
export async function withStruckRunnerApi(
  stack: Stack,
  token: string,
  strikeAt: StrikeAt,
  act: (client: Client) => Promise<unknown>,
): Promise<{ died: boolean; calls: string[] }> {
  const api = await startStruck(stack, "runner-api", strikeAt);
  const front = await startFunctionUrl(mkdtempSync(join(stack.dir, "runner-api-")), api.invoke);
  return actBefore(api, front, () => act(runnerClient(front, token)));
}

async function actBefore(api: Doomed, front: Pick<HttpFront, "close">, act: () => Promise<unknown>) {
  try {
    await act().catch((error) => {
      if (!api.died()) throw error;
    });
    return { died: api.died(), calls: api.calls() };
  } finally {
    await front.close(0);
    await api.end();
  }
}

/** Does something with the API in a process that is killed at one of its AWS calls. */
export function withDoomedApi(stack: Stack, token: string, death: Death, act: (client: Client) => Promise<unknown>) {
  return withStruckApi(stack, token, strikeOf(death), act);
}

/** Does something with the runner API in a process that is killed at one of its AWS calls. */
export function withDoomedRunnerApi(
  stack: Stack,
  token: string,
  death: Death,
  act: (client: Client) => Promise<unknown>,
) {
  return withStruckRunnerApi(stack, token, strikeOf(death), act);
}

/**
 * Plays a scene again and again, each time with the process killed one AWS call later, or `step` calls, until a scene
 * survives. Says at which call a scene failed.
 */
export async function atEveryCall(
  scene: (death: Death) => Promise<{ died: boolean; calls: string[] }>,
  step = 1,
): Promise<string[]> {
  for (let at = 1; ; at += step) {
    const { died, calls } = await scene({ at, when: "after" }).catch((error: unknown) => {
      throw new Error(`Killed after call ${at}: ${(error as Error).message}`, { cause: error });
    });
    if (!died) return calls.map((call) => call.split(".").at(-1) ?? call);
  }
}
