import { delimiter, join } from "node:path";
import type { AgentCliOptions, AgentName } from "./agent-clis.ts";
import type { Images } from "./aws/ecs-containers.ts";
import { names } from "./deployment.ts";

export interface ImageOptions extends Pick<AgentCliOptions, "path" | "cacheDir" | "npm"> {
  runnerFile: string;
  /** For npm, where a CLI has to be fetched first. */
  npmEnvironment: Record<string, string>;
  /** The folder of an agent's CLI, once it is known to be there. */
  cli: (agent: AgentName) => string | undefined;
}

/**
 * What stands in for the container images: the runner with the agent's CLI on its PATH. Where the CLI is not there yet,
 * the container first fetches it, as ECS would pull an image.
 */
export function localImages(options: ImageOptions): Images {
  return {
    get [names.image("claude")]() {
      return imageOf("claude", options);
    },
    get [names.image("codex")]() {
      return imageOf("codex", options);
    },
  };
}

function imageOf(agent: AgentName, { runnerFile, path, cacheDir, npm, npmEnvironment, cli }: ImageOptions) {
  const bin = cli(agent);
  if (bin !== undefined) {
    return { command: [process.execPath, runnerFile], env: { PATH: [bin, path].join(delimiter) } };
  }
  const entry = join(import.meta.dirname, "container-entry.ts");
  return {
    command: [process.execPath, entry, agent, cacheDir, runnerFile, ...npm],
    env: { ...npmEnvironment, PATH: path },
  };
}
