import * as z from "zod";
import { startAws } from "./server.ts";

/** A server in a process of its own, for tests that kill it. It prints its address, then each call of its targets. */
const options = z
  .object({ dataDir: z.string(), script: z.string(), failing: z.boolean() })
  .parse(JSON.parse(process.argv[2] ?? "{}"));

const tell = (line: unknown) => process.stdout.write(`${JSON.stringify(line)}\n`);

const server = await startAws({
  port: 0,
  dataDir: options.dataDir,
  now: Date.now,
  region: "eu-west-1",
  images: { "node-image": { command: [process.execPath, "-e", options.script] } },
  invoke: async (_arn, payload) => {
    tell({ invoked: payload });
    if (options.failing) await new Promise(() => {});
  },
  onEvent: async (event) => {
    tell({ event: event.detail });
    if (options.failing) throw new Error("not now");
  },
});
tell({ url: server.url });
