import * as http from "node:http";
import type { AddressInfo } from "node:net";
import type * as z from "zod";
import { errorCodes } from "../../../contract/error.ts";
import { runTokenHeader } from "../../../contract/operations/work.ts";
import {
  completeInput,
  type ModelCall,
  type ProgressAnswer,
  progressInput,
  redeemInput,
  type WorkOrder,
} from "../../../contract/work-order.ts";
import { isSignedBy } from "../../../local/aws/signature.ts";

export interface FakeApi {
  url: string;
  /** Where a container finds what it signs with. */
  credentialsUrl: string;
  /** Milliseconds that the credentials last. */
  credentialsLast: number;
  /** How often they were asked for. */
  credentialsAsked: number;
  /** The key that signatures must be by. */
  accessKeyId: string;
  ticket: string;
  /** What the ticket was redeemed with. */
  redeemed: z.infer<typeof redeemInput>[];
  progress: z.infer<typeof progressInput>[];
  completed: z.infer<typeof completeInput> | undefined;
  /** Model calls by number, from every message. */
  calls(): ModelCall[];
  /** What the next heartbeats answer. */
  stop: ProgressAnswer["stop"];
  /** Requests that are let down, as if the API were away. */
  away: (operation: string) => boolean;
  /** Answers instead of the API's own: a status with its headers and body; undefined leaves the API to answer. */
  odd: (
    operation: string,
    body: unknown,
  ) => { status: number; headers?: Record<string, string>; body?: string } | undefined;
  /** Requests that are served, but whose answers are lost. */
  lost: (operation: string) => boolean;
  /** The claim is nobody's any more. */
  gone: boolean;
  requests: string[];
  close(): Promise<void>;
}

export const region = "eu-north-1";

/** The three operations of a run, with the contract's schemas, for one run, to those who sign their requests. */
export async function startFakeApi(order: WorkOrder): Promise<FakeApi> {
  const server = http.createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const calls = new Map<number, ModelCall>();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const api: FakeApi = {
    url,
    credentialsUrl: `${url}/credentials`,
    credentialsLast: 21_600_000,
    credentialsAsked: 0,
    accessKeyId: "key-of-the-role",
    ticket: `ticket-${order.run.id}`,
    redeemed: [],
    progress: [],
    completed: undefined,
    calls: () => [...calls.values()].sort((a, b) => a.seq - b.seq),
    stop: null,
    away: () => false,
    odd: () => undefined,
    lost: () => false,
    gone: false,
    requests: [],
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };

  async function serve(request: http.IncomingMessage, response: http.ServerResponse) {
    const operation = request.url?.split("/").at(-1) ?? "";
    const signatory = { accessKeyId: api.accessKeyId, secretAccessKey: "secret", sessionToken: "session" };
    if (operation === "credentials") {
      api.credentialsAsked += 1;
      const Expiration = new Date(Date.now() + api.credentialsLast).toISOString();
      const { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: Token } = signatory;
      return response.end(JSON.stringify({ AccessKeyId, SecretAccessKey, Token, Expiration }));
    }
    api.requests.push(operation);
    if (api.away(operation)) return request.socket.destroy();
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    if (!(await isSignedBy(signatory, { service: "lambda", region }, request, bytes)))
      return response.writeHead(403).end(JSON.stringify({ Message: "Forbidden" }));
    const body: unknown = JSON.parse(bytes.toString());
    const odd = api.odd(operation, body);
    if (odd) return response.writeHead(odd.status, odd.headers).end(odd.body ?? "");
    const [status, answer] = handle(operation, body, String(request.headers[runTokenHeader]));
    if (api.lost(operation)) return request.socket.destroy();
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(answer));
  }

  function handle(operation: string, body: unknown, given: string): [number, unknown] {
    const fault = (code: keyof typeof errorCodes): [number, unknown] => [
      errorCodes[code],
      { error: { code, message: `${code}.` } },
    ];
    const token = operation === "redeem" ? api.ticket : order.claimToken;
    if (given !== token || (operation === "redeem" && api.redeemed.length > 0)) {
      return fault("unauthenticated");
    }
    if (api.gone) return fault("conflict");
    if (operation === "redeem") {
      api.redeemed.push(redeemInput.parse(body));
      return [200, order];
    }
    if (operation === "progress") {
      const input = progressInput.parse(body);
      api.progress.push(input);
      for (const call of input.calls) calls.set(call.seq, call);
      return [200, { leaseSeconds: order.leaseSeconds, stop: api.stop, budgetLeftUsd: null }];
    }
    if (api.completed) return fault("conflict");
    api.completed = completeInput.parse(body);
    for (const call of api.completed.calls) calls.set(call.seq, call);
    return [200, { status: api.completed.outcome }];
  }
  return api;
}
