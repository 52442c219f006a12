import { createServer, request as send } from "node:http";
import type { AddressInfo } from "node:net";
import { LLMock } from "@copilotkit/aimock";

export interface Model {
  url: string;
  /** Resolves with the time (performance.now) at which the next model request has come whole. */
  nextRequest: () => Promise<number>;
  close: () => Promise<void>;
}

/** A scripted model that answers every prompt at once, and tells when it was first asked. */
export async function startModel(): Promise<Model> {
  const mock = new LLMock({ port: 0, host: "127.0.0.1", logLevel: "silent" });
  mock.on({ predicate: () => true }, { content: "Hello.", usage: { input_tokens: 100, output_tokens: 5 } });
  const url = await mock.start();
  let waiting: ((at: number) => void)[] = [];
  const server = createServer((request, response) => {
    const isCall = request.method === "POST" && /\/(messages|responses)(\?|$)/.test(request.url ?? "");
    request.once("end", () => {
      if (!isCall) return;
      for (const tell of waiting) tell(performance.now());
      waiting = [];
    });
    const { method, headers } = request;
    const outgoing = send(new URL(request.url ?? "/", url), { method, headers }, (incoming) => {
      response.writeHead(incoming.statusCode ?? 502, incoming.headers);
      incoming.pipe(response);
    });
    outgoing.on("error", () => response.destroy());
    request.pipe(outgoing);
  });
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    nextRequest: () => new Promise((resolve) => waiting.push(resolve)),
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await mock.stop();
    },
  };
}
