import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

interface Consumed {
  CapacityUnits?: number;
}

export interface TableCall {
  operation: string;
  /** The request's body, as the wire has it: DynamoDB's JSON. */
  input: Record<string, unknown>;
  /** Request units, as DynamoDB counts them. */
  units: number;
  kind: "read" | "write";
}

/** Stands between the functions and the table, passes everything on, and has every call's request units told. */
export interface Recorder {
  before: (tableUrl: string) => Promise<string>;
  calls: () => readonly TableCall[];
  operations: () => string[];
  clear: () => void;
  close: () => Promise<void>;
}

const reads = /^(Get|BatchGet|TransactGet|Query|Scan)/;
const counted = /(Item|Items|Query|Scan)$/;

export async function startRecorder(): Promise<Recorder> {
  let target = "";
  let calls: TableCall[] = [];
  const server = createServer(async (request, response) => {
    const operation = String(request.headers["x-amz-target"]).split(".")[1] ?? "";
    const input = JSON.parse(await textOf(request)) as Record<string, unknown>;
    const asked = counted.test(operation) ? { ...input, ReturnConsumedCapacity: "TOTAL" } : input;
    const { host: _, "content-length": __, connection: ___, ...headers } = request.headers;
    const answer = await fetch(target, {
      method: "POST",
      headers: headers as Record<string, string>,
      body: JSON.stringify(asked),
    });
    const text = await answer.text();
    if (counted.test(operation)) {
      const { ConsumedCapacity } = JSON.parse(text) as { ConsumedCapacity?: Consumed | Consumed[] };
      const units = [ConsumedCapacity ?? []].flat().reduce((sum, one) => sum + (one.CapacityUnits ?? 0), 0);
      calls.push({ operation, input, units, kind: reads.test(operation) ? "read" : "write" });
    }
    response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "" }).end(text);
  });
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    async before(tableUrl) {
      target = tableUrl;
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    },
    calls: () => calls,
    operations: () => calls.map(({ operation }) => operation),
    clear: () => {
      calls = [];
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}
