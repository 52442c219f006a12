/**
 * A container's program whose first attempt does what the task's prompt says: "exit before", "exit after" or "wait".
 * Every other attempt completes the run. It tells its process id as its progress, and ends with 41 when its token is
 * refused.
 */
import { runnerApiOf } from "../../containers/runner/api.ts";
import { readEnvironment } from "../../containers/runner/env.ts";
import { ApiError, createClient } from "../../contract/client.ts";
import { modelCall } from "./model-call.ts";

const env = readEnvironment(process.env);
const { runId, ticket, metadataUri: metadata } = env;
const api = runnerApiOf(env, Date.now);
const clientWith = (token: string) =>
  createClient({ baseUrl: api.url, headers: () => api.headers(token), fetch: api.fetch });
const say = (n: number, text: string) =>
  console.log(JSON.stringify({ n, t: new Date().toISOString(), kind: "system", text }));

process.on("SIGTERM", () => {});
const { TaskARN: taskArn } = (await (await fetch(`${metadata}/task`)).json()) as { TaskARN: string };
const params = { runId };
const order = await clientWith(ticket).redeemRun({ params, body: { taskArn } });
const client = clientWith(order.claimToken);
const mood = order.run.attempt === 1 ? order.task.prompt : "";
for (let n = 1; n <= 40; n += 1) say(n, `line ${n} of attempt ${order.run.attempt}`);
if (mood === "exit") process.exit(3);
await client.progressRun({ params, body: { progressText: `pid ${process.pid}` } });
try {
  while (mood === "wait") {
    await client.progressRun({ params, body: {} });
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const result = `attempt ${order.run.attempt}`;
  await client.completeRun({ params, body: { outcome: "DONE", result, lastLine: 40, calls: [modelCall(1)] } });
} catch (error) {
  process.exit(error instanceof ApiError && error.status === 401 ? 41 : 1);
}
