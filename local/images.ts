import { join } from "node:path";
import { type AgentCliOptions, type AgentName, ensureAgentCli, pathTo } from "./agent-clis.ts";
import type { ContainerImage, Images } from "./aws/ecs/containers.ts";
import { names } from "./deployment.ts";

export interface ImageOptions extends Pick<AgentCliOptions, "path" | "cacheDir" | "npm"> {
  runnerFile: string;
  /** What npm needs of the environment. */
  npmEnvironment: Record<string, string>;
}

export interface LocalImages {
  images: Images;
  /** Fetches an agent's CLI, or waits for the fetch under way. Throws AgentCliError. */
  prepare: (agent: AgentName, report?: AgentCliOptions["report"]) => Promise<void>;
}

type Cli = { bin: string } | { failure: string; at: number };

/** For so long after a failed fetch it is not tried again: the attempts of one run fail with one reason. */
const restMs = 10_000;

/**
 * What stands in for the container images: the runner with the agent's CLI on its PATH. A container whose CLI is not
 * there yet waits for it, as ECS waits for a pull. Right after a failed fetch its start fails with the reason.
 */
export function localImages(options: ImageOptions): LocalImages {
  const known = new Map<AgentName, Cli>();
  const fetches = new Map<AgentName, Promise<void>>();

  async function fetchCli(agent: AgentName, report: AgentCliOptions["report"]): Promise<void> {
    try {
      known.set(agent, { bin: await ensureAgentCli(agent, { ...options, report }) });
    } catch (error) {
      known.set(agent, { failure: error instanceof Error ? error.message : String(error), at: performance.now() });
      throw error;
    } finally {
      fetches.delete(agent);
    }
  }

  function prepare(agent: AgentName, report?: AgentCliOptions["report"]): Promise<void> {
    const fetch = fetches.get(agent) ?? fetchCli(agent, report);
    fetches.set(agent, fetch);
    return fetch;
  }

  function image(agent: AgentName): ContainerImage {
    const cli = known.get(agent);
    if (cli && "bin" in cli) return ready(agent, cli.bin, options);
    if (cli && performance.now() < cli.at + restMs) throw new Error(`CannotPullContainerError: ${cli.failure}`);
    // Its outcome is kept in `known`.
    prepare(agent).catch(() => {});
    return waiting(agent, options);
  }

  const images = {
    get [names.image("claude")]() {
      return image("claude");
    },
    get [names.image("codex")]() {
      return image("codex");
    },
  };
  return { images, prepare };
}

function ready(agent: AgentName, bin: string, { runnerFile, path }: ImageOptions): ContainerImage {
  return { command: [process.execPath, runnerFile], env: { PATH: pathTo(agent, bin, path) } };
}

function waiting(agent: AgentName, { runnerFile, path, cacheDir, npm, npmEnvironment }: ImageOptions): ContainerImage {
  const entry = join(import.meta.dirname, "container-entry.ts");
  return {
    command: [process.execPath, entry, agent, cacheDir, runnerFile, ...npm],
    env: { ...npmEnvironment, PATH: path },
  };
}
