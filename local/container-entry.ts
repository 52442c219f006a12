// A container whose agent CLI is still being fetched: node container-entry.ts AGENT CACHE RUNNER NPM…
import { type AgentName, ensureAgentCli, pathTo } from "./agent-clis.ts";

const [agent, cacheDir = "", runnerFile = "", ...npm] = process.argv.slice(2);
const path = process.env.PATH ?? "";
const bin = await ensureAgentCli(agent as AgentName, { path, cacheDir, npm });
process.env.PATH = pathTo(agent as AgentName, bin, path);
await import(runnerFile);
