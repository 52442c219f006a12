import { type ChildProcess, fork } from "node:child_process";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { type Client, createClient } from "../../contract/client.ts";
import { accountId, stage } from "../../local/deployment.ts";
import { startHttpFront } from "../../local/http-front.ts";
import type { Stack } from "./stack.ts";

type FunctionName = "api" | "dispatcher" | "sweeper" | "runner-stopped";

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

const program = fileURLToPath(new URL("./function-process.ts", import.meta.url));

/** A function in a process of its own, which a SIGKILL meets at one of its AWS calls, before it sees the answer. */
export async function startDoomed(stack: Stack, name: FunctionName, death?: Death): Promise<Doomed> {
  const calls: string[] = [];
  let killed = false;
  let child: ChildProcess | undefined;
  const kill = () => {
    killed = true;
    child?.kill("SIGKILL");
  };
  const proxy = createServer((incoming, answer) => {
    const operation = String(incoming.headers["x-amz-target"] ?? `${incoming.method} ${incoming.url}`);
    const number = calls.push(operation);
    if (killed || (death?.at === number && death.when === "before")) {
      calls.pop();
      return kill();
    }
    const { method, url, headers } = incoming;
    const onward = request(`${stack.aws.url}${url}`, { method, headers }, (reply) => {
      const chunks: Buffer[] = [];
      reply.on("data", (chunk: Buffer) => chunks.push(chunk));
      reply.on("end", () => {
        if (death?.at === number) return kill();
        answer.writeHead(reply.statusCode ?? 500, reply.headers).end(Buffer.concat(chunks));
      });
    });
    onward.on("error", () => answer.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  child = fork(program, [name], {
    env: { ...process.env, AWS_ENDPOINT_URL: url, AWS_ENDPOINT_URL_DYNAMODB: url },
    execArgv: [],
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  const process_ = child;
  const exited = new Promise<void>((resolve) => process_.once("exit", () => resolve()));
  await new Promise<void>((resolve, reject) => {
    process_.once("message", () => resolve());
    process_.once("exit", () => reject(new Error(`The function ${name} did not start.`)));
  });
  return {
    invoke: (event) =>
      new Promise((resolve, reject) => {
        process_.once("message", ({ result, error }: { result?: unknown; error?: string }) =>
          error === undefined ? resolve(result) : reject(new Error(error)),
        );
        void exited.then(() => reject(new Error("The process was killed.")));
        process_.send({ event });
      }),
    calls: () => calls,
    died: () => killed,
    end: async () => {
      process_.kill("SIGKILL");
      await exited;
      proxy.closeAllConnections();
      await new Promise((resolve) => proxy.close(resolve));
    },
  };
}

/** Does something with the API in a process that is killed at one of its AWS calls. */
export async function withDoomedApi(
  stack: Stack,
  token: string,
  death: Death | undefined,
  act: (client: Client) => Promise<unknown>,
): Promise<{ died: boolean; calls: string[] }> {
  const doomed = await startDoomed(stack, "api", death);
  const front = await startHttpFront({ port: 0, stage, accountId, invoke: doomed.invoke, pages: () => false });
  try {
    const client = createClient({ baseUrl: front.url, headers: () => ({ authorization: `Bearer ${token}` }) });
    await act(client).catch((error) => {
      if (!doomed.died()) throw error;
    });
    return { died: doomed.died(), calls: doomed.calls() };
  } finally {
    await front.close(0);
    await doomed.end();
  }
}
