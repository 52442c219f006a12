import * as http from "node:http";
import type { AddressInfo } from "node:net";
import type { WorkOrder } from "../../contract/work-order.ts";
import type { Bounds } from "../http/upstream.ts";
import { openGateway, type RunGatewayOptions } from "../index.ts";

type Call = Parameters<RunGatewayOptions["onModelCall"]>[0];

const closing: (() => Promise<unknown>)[] = [];

/** Closes this with all the rest. */
export const closeLater = (close: () => Promise<unknown>) => closing.push(close);

/** Closes what the last test opened. */
export async function closeGateways() {
  for (const close of closing.splice(0).reverse()) await close();
}

/** A server that answers as told. */
export async function startUpstream(handler: http.RequestListener) {
  const server = http.createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  closing.push(close);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

function order(change: {
  provider?: "anthropic" | "openai";
  kind?: WorkOrder["secrets"]["credential"]["kind"];
  gitToken?: string;
  sourceUrl?: string;
  maxTurns?: number;
  allowedTools?: string[];
}): WorkOrder {
  return {
    claimToken: "claim",
    leaseSeconds: 180,
    heartbeatSeconds: 30,
    deadlineAt: "2030-01-01T00:00:00.000Z",
    run: { id: "run_01J00000000000000000000000", attempt: 1, trigger: "MANUAL", taskId: "task_01J", taskName: "t" },
    task: {
      prompt: "do",
      agentType: change.provider === "openai" ? "codex-runner" : "claude-runner",
      sourceUrl: change.sourceUrl ?? null,
      subPath: null,
      model: "the-task-model",
      maxTurns: change.maxTurns ?? 25,
      allowedTools: change.allowedTools ?? [],
      disallowedTools: [],
      sandbox: null,
    },
    secrets: {
      credential: {
        kind: change.kind ?? (change.provider === "openai" ? "openaikey" : "anthropicapikey"),
        value: "real-key",
      },
      gitToken: change.gitToken ?? null,
      environment: {},
    },
  };
}

/** A gateway before an upstream that answers as told, with the calls that it reports. */
export async function testGateway(
  handler: http.RequestListener,
  change: Parameters<typeof order>[0] & { countTurns?: boolean; bounds?: Partial<Bounds> } = {},
) {
  const upstream = await startUpstream(handler);
  const calls: Call[] = [];
  const hosts = ["api.anthropic.com", "api.openai.com", "api.github.com", "github.com", "git.example.com"];
  const opened = await openGateway({
    order: order(change),
    provider: change.provider ?? "anthropic",
    countTurns: change.countTurns ?? false,
    bounds: change.bounds ?? {},
    pass: "pass",
    standIns: hosts.map((host) => ({ host, url: upstream.url })),
    clock: Date.now,
    onModelCall: (call) => calls.push(call),
  });
  closing.push(opened.close);
  return { ...opened, calls, upstreamUrl: upstream.url, closeUpstream: upstream.close };
}
