import { Agent, createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import type { WorkOrder } from "../../contract/work-order.ts";
import { openGateway } from "../../gateway/index.ts";
import { interleaved, median, milliseconds, type Row } from "../support/row.ts";

const turns = 80;
/** As a model streams: so many pieces, so many milliseconds apart. */
const pieces = 30;
const gapMs = 18;
/** What Claude Code sends: its system prompt, its tools and a short conversation. */
const body = JSON.stringify({ model: "claude-sonnet-4-5", stream: true, filler: "x".repeat(90_000) });
const most = { ms: 5, share: 0.03 };

interface Call {
  total: number;
  firstByte: number;
}

/** A streamed model call through the gateway, against the same call made direct. */
export default async function gateway(): Promise<Row[]> {
  const upstream = await startUpstream();
  const opened = await openGateway({
    order: order(),
    provider: "anthropic",
    countTurns: false,
    pass: "pass",
    standIns: [{ host: "api.anthropic.com", url: upstream.url }],
    clock: Date.now,
    onModelCall: () => {},
  });
  const agent = new Agent({ keepAlive: true });
  const paths = { through: `${opened.url}/anthropic/v1/messages`, direct: `${upstream.url}/v1/messages` };
  for (let n = 0; n < 5; n++) for (const url of Object.values(paths)) await call(url, agent);
  const firstBytes = { through: [] as number[], direct: [] as number[] };
  const one = async (way: keyof typeof paths) => {
    const { total, firstByte } = await call(paths[way], agent);
    firstBytes[way].push(firstByte);
    return total;
  };
  const result = await interleaved(
    turns,
    () => one("through"),
    () => one("direct"),
  );
  agent.destroy();
  await opened.close();
  await upstream.close();
  return [
    rowOf("gateway, a whole streamed model call", result.measured, result.floor),
    rowOf("gateway, time to the first byte", firstBytes.through, firstBytes.direct),
  ];
}

function rowOf(what: string, through: number[], direct: number[]): Row {
  const [measured, floor] = [median(through), median(direct)];
  const overhead = median(through.map((value, turn) => value - (direct[turn] ?? value)));
  const whole = pieces * gapMs;
  const share = overhead / whole;
  return {
    what,
    measured: milliseconds(measured),
    floor: `${milliseconds(floor)}: direct`,
    value: `${overhead >= 0 ? "+" : ""}${overhead.toFixed(2)} ms, ${(share * 100).toFixed(2)} %`,
    target: `≤ ${most.ms} ms, ≤ ${most.share * 100} %`,
    ok: overhead <= most.ms && share <= most.share,
    notes: [
      `${turns} of each by turns, ${body.length / 1000} kB sent, ${pieces} pieces ${gapMs} ms apart; median of the differences, their share of ${whole} ms.`,
    ],
  };
}

function call(url: string, agent: Agent): Promise<Call> {
  const start = performance.now();
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json", "x-api-key": "dummy" };
    const outgoing = request(url, { method: "POST", agent, headers }, (incoming) => {
      let firstByte = 0;
      incoming.on("data", () => {
        firstByte ||= performance.now() - start;
      });
      incoming.on("end", () => resolve({ total: performance.now() - start, firstByte }));
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

/** Streams a message in the provider's own events, once the request has come whole. */
async function startUpstream() {
  const server = createServer((incoming, response) => {
    incoming.resume();
    incoming.on("end", async () => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      const usage = { input_tokens: 20_000, output_tokens: 1 };
      response.write(event("message_start", { message: { model: "claude-sonnet-4-5", usage } }));
      for (let piece = 0; piece < pieces; piece++) {
        await wait(gapMs);
        response.write(
          event("content_block_delta", { delta: { type: "text_delta", text: "word after word ".repeat(3) } }),
        );
      }
      response.write(event("message_delta", { usage: { output_tokens: 400 } }));
      response.end(event("message_stop", {}));
    });
  });
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const event = (type: string, data: object) => `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;

function order(): WorkOrder {
  return {
    claimToken: "claim",
    leaseSeconds: 180,
    heartbeatSeconds: 30,
    deadlineAt: new Date(Date.now() + 3_600_000).toISOString(),
    run: { id: "run_0", attempt: 1, trigger: "MANUAL", taskId: "task_0", taskName: "bench" },
    task: {
      prompt: "x",
      agentType: "claude-runner",
      sourceUrl: null,
      subPath: null,
      model: "claude-sonnet-4-5",
      maxTurns: 25,
      allowedTools: [],
      disallowedTools: [],
      sandbox: null,
    },
    secrets: { credential: { kind: "anthropicapikey", value: "sk-ant-x" }, gitToken: null, environment: {} },
  };
}
