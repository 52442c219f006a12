import { createServer, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What becomes of a call: "after" means when its work is done, in place of its answer. */
export type Strike =
  /** Nobody answers; `call` is called instead. */
  | { kind: "silence"; when: "before" | "after"; call?: () => void }
  /** The connection is closed without an answer. */
  | { kind: "hang-up" }
  | { kind: "answer"; status: number; body: object };

export interface Proxy {
  url: string;
  /** The calls that came through, by their target or path. */
  calls: string[];
  close: () => Promise<void>;
}

/** Which calls are struck, by their number from 1, their operation and their body. */
type StrikeAt = (number: number, operation: string, body: string) => Strike | undefined;

/** Stands between one process and AWS, or a runner and the API, and strikes the calls that `strikeAt` names. */
export async function startProxy(target: string, strikeAt: StrikeAt): Promise<Proxy> {
  const calls: string[] = [];
  let number = 0;
  const server = createServer(async (incoming, answer) => {
    const { method, url, headers } = incoming;
    const operation = String(headers["x-amz-target"] ?? `${method} ${url}`);
    const asked: Buffer[] = [];
    for await (const chunk of incoming) asked.push(chunk as Buffer);
    const body = Buffer.concat(asked);
    number += 1;
    const strike = strikeAt(number, operation.split(".").at(-1) ?? "", body.toString("utf8"));
    if (strike?.kind === "answer") return reply(answer, strike);
    if (strike?.kind === "hang-up") return answer.destroy();
    if (strike?.when === "before") return strike.call?.();
    calls.push(operation);
    const onward = request(`${target}${url}`, { method, headers }, (given) => {
      const chunks: Buffer[] = [];
      given.on("data", (chunk: Buffer) => chunks.push(chunk));
      given.on("end", () => {
        if (strike) return strike.call?.();
        answer.writeHead(given.statusCode ?? 500, given.headers).end(Buffer.concat(chunks));
      });
    });
    onward.on("error", () => answer.destroy());
    onward.end(body);
  });
  // Longer than any call, so that no connection is closed while a client sends on it.
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function reply(answer: ServerResponse, { status, body }: { status: number; body: object }): void {
  answer.writeHead(status, { "content-type": "application/x-amz-json-1.0" }).end(JSON.stringify(body));
}

/** DynamoDB's answer to a transaction that it cancelled for reasons that are nobody's fault. */
export const cancelled = (...codes: string[]): Strike => ({
  kind: "answer",
  status: 400,
  body: {
    __type: "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
    message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes.join(", ")}]`,
    CancellationReasons: codes.map((Code) => ({ Code, Message: Code === "None" ? undefined : "Try again." })),
  },
});
