// A container whose agent CLI has to be fetched first: node container-entry.ts AGENT CACHE RUNNER NPM…
import { delimiter } from "node:path";
import { type AgentName, ensureAgentCli } from "./agent-clis.ts";

const [agent, cacheDir = "", runnerFile = "", ...npm] = process.argv.slice(2);
const path = process.env.PATH ?? "";
try {
  const bin = await ensureAgentCli(agent as AgentName, { path, cacheDir, npm });
  process.env.PATH = [bin, path].join(delimiter);
} catch (error) {
  const text = error instanceof Error ? error.message : String(error);
  process.stdout.write(`${JSON.stringify({ n: 1, t: new Date().toISOString(), kind: "error", text })}\n`);
  process.exit(1);
}
await import(runnerFile);
