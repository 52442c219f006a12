import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { EcsTaskStateChange } from "./ecs/events.ts";
import { type AwsOptions, type AwsServer, startAws } from "./server.ts";

export interface TestAws {
  readonly server: AwsServer;
  readonly dataDir: string;
  readonly clock: { now: number };
  readonly invocations: { arn: string; payload: string }[];
  readonly events: EcsTaskStateChange[];
  /** What an SDK client needs to talk to the server. */
  readonly client: { endpoint: string; region: string; credentials: { accessKeyId: string; secretAccessKey: string } };
}

/** A folder that is gone when the test has ended. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "errand-aws-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A server on a clock that stands still unless the test moves it, and that works only when told to by `tick`. */
export async function testAws(options: Partial<AwsOptions> = {}): Promise<TestAws> {
  const dataDir = options.dataDir ?? (await temporaryFolder());
  const clock = { now: Date.parse("2026-03-01T00:00:30Z") };
  const invocations: TestAws["invocations"] = [];
  const events: EcsTaskStateChange[] = [];
  const server = await startAws({
    port: 0,
    dataDir,
    now: () => clock.now,
    region: "eu-west-1",
    images: {},
    invoke: async (arn, payload) => void invocations.push({ arn, payload }),
    onEvent: async (event) => void events.push(event),
    timers: false,
    ...options,
  });
  onTestFinished(() => server.close());
  return { server, dataDir, clock, invocations, events, client: clientOptions(server.url) };
}

export function clientOptions(endpoint: string): TestAws["client"] {
  return { endpoint, region: "eu-west-1", credentials: { accessKeyId: "test", secretAccessKey: "test" } };
}

/** Waits until `probe` gives something, doing the server's work meanwhile. */
export async function eventually<T>(probe: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await probe();
    if (found !== undefined && found !== false) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** An error's name and message, for a refusal that is expected. */
export async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
  throw new Error("The call was expected to be refused.");
}
