import { FUNCTIONS, functionNamed, synth, templateWith } from "../../stacks/synth.fixture.ts";
import type { Stack } from "../../test/support/stack.ts";
import { assumed, prices } from "../prices.ts";
import { type BenchOptions, startBench } from "./bench.ts";
import { startRecorder } from "./recorder.ts";

/** What AWS would bill for what happened, before prices. */
export interface Used {
  writeUnits: number;
  readUnits: number;
  secretCalls: number;
  mails: number;
  invocations: Record<string, number>;
  gigabyteSeconds: number;
  functionLogBytes: number;
}

export interface Meter {
  deployment: Stack;
  used: () => Used;
  reset: () => void;
  close: () => Promise<void>;
}

const nothingUsed = (): Used => ({
  writeUnits: 0,
  readUnits: 0,
  secretCalls: 0,
  mails: 0,
  invocations: {},
  gigabyteSeconds: 0,
  functionLogBytes: 0,
});

/**
 * A deployment whose use is counted. One thing at a time: calls and log lines belong to the invocation they happen in.
 * A function's time is the processor's work here, at its memory's share of a processor, and what AWS's answers take. That
 * work has the local AWS in it, so it is rather too much.
 */
export async function startMeter(options: BenchOptions = {}): Promise<Meter> {
  const memory = memorySizes();
  const recorder = await startRecorder();
  let used = nothingUsed();
  let seen = 0;
  const callsNow = () => recorder.calls().length + deployment.aws.calls.count();
  const deployment: Stack = await startBench({
    ...options,
    beforeTable: recorder.before,
    onInvoked(name, cpuMs) {
      const calls = callsNow() - seen;
      seen = callsNow();
      const size = memory[name] as number;
      const billedMs = (cpuMs * assumed.memoryOfOneProcessor) / Math.min(size, assumed.memoryOfOneProcessor);
      used.gigabyteSeconds += ((billedMs + calls * assumed.awsCallMs) / 1000) * (size / 1024);
      used.invocations[name] = (used.invocations[name] ?? 0) + 1;
      used.functionLogBytes += assumed.lambdaLogBytes;
    },
  });
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = ((chunk: string | Uint8Array, ...rest: never[]) => {
    used.functionLogBytes += Buffer.byteLength(chunk);
    return write(chunk, ...rest);
  }) as typeof process.stdout.write;
  const unitsOf = (kind: "read" | "write") =>
    recorder.calls().reduce((sum, call) => sum + (call.kind === kind ? call.units : 0), 0);
  return {
    deployment,
    used: () => ({
      ...used,
      readUnits: unitsOf("read"),
      writeUnits: unitsOf("write"),
      secretCalls: deployment.aws.calls.count("secretsmanager"),
      mails: deployment.aws.calls.count("ses"),
    }),
    reset() {
      recorder.clear();
      deployment.aws.calls.clear();
      seen = 0;
      used = nothingUsed();
    },
    async close() {
      process.stdout.write = write;
      await deployment.close();
      await recorder.close();
    },
  };
}

/** Megabytes, as deployed. */
function memorySizes(): Record<string, number> {
  const stage = synth();
  return Object.fromEntries(
    FUNCTIONS.map((name) => [name, functionNamed(templateWith(stage, name), name).Properties.MemorySize as number]),
  );
}

/** Dollars for functions, table and secrets. */
export function priceOfUse(used: Used) {
  const invocations = Object.values(used.invocations).reduce((sum, count) => sum + count, 0);
  return {
    lambda: invocations * prices.lambda.request + used.gigabyteSeconds * prices.lambda.gigabyteSecond,
    dynamodb: used.writeUnits * prices.dynamodb.writeUnit + used.readUnits * prices.dynamodb.readUnit,
    secretsManager: used.secretCalls * prices.secretsManager.call,
    functionLogs: (used.functionLogBytes / 1e9) * prices.cloudwatch.logGigabyte,
  };
}
