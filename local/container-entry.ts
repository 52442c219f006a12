// A container whose agent CLI is still being fetched: node container-entry.ts AGENT CACHE RUNNER NPM…
import { delimiter } from "node:path";
import { type AgentName, ensureAgentCli } from "./agent-clis.ts";

const [agent, cacheDir = "", runnerFile = "", ...npm] = process.argv.slice(2);
const path = process.env.PATH ?? "";
const bin = await ensureAgentCli(agent as AgentName, { path, cacheDir, npm });
process.env.PATH = [bin, path].join(delimiter);
await import(runnerFile);
