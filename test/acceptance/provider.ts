import { createServer, type IncomingMessage, type ServerResponse, request as send } from "node:http";
import type { AddressInfo } from "node:net";

export interface Provider {
  url: string;
  keysSeen: Set<string>;
  close: () => Promise<void>;
}

/** A model provider that lets in who brings one of the keys, and answers 401 to everybody else. */
export async function startProvider(modelUrl: string, keys: string[]): Promise<Provider> {
  const keysSeen = new Set<string>();
  const server = createServer((request, response) => {
    const key = keyOf(request);
    keysSeen.add(key);
    if (keys.includes(key)) return passOn(modelUrl, request, response);
    request.resume();
    response.writeHead(401, { "content-type": "application/json" });
    response.end('{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    keysSeen,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function keyOf({ headers }: IncomingMessage): string {
  return String(headers["x-api-key"] ?? headers.authorization?.replace(/^Bearer /, "") ?? "");
}

function passOn(modelUrl: string, request: IncomingMessage, response: ServerResponse): void {
  const { method, headers } = request;
  const outgoing = send(new URL(request.url ?? "/", modelUrl), { method, headers }, (incoming) => {
    response.writeHead(incoming.statusCode ?? 502, incoming.headers);
    incoming.pipe(response);
  });
  outgoing.on("error", () => response.destroy());
  request.pipe(outgoing);
}
