import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import type { StandIn } from "../../gateway/stand-in.ts";

const standIn = z.object({
  host: z.string(),
  url: z.url(),
  forKey: z.string().optional(),
});

const id = z.coerce.number().int().min(1);

const schema = z.object({
  ERRAND_RUNNER_API_URL: z.url().optional(),
  ERRAND_API_URL: z.url().optional(),
  AWS_REGION: z.string().optional(),
  ERRAND_RUN_ID: z.string().min(1),
  ERRAND_TICKET: z.string().min(1),
  ERRAND_AGENT: z.enum(["claude", "codex"]),
  ERRAND_AGENT_UID: id.optional(),
  ERRAND_AGENT_GID: id.optional(),
  ERRAND_WORK_DIR: z.string().optional(),
  ERRAND_STAND_INS: z
    .string()
    .default("[]")
    .transform((text) => JSON.parse(text) as unknown)
    .pipe(z.array(standIn)),
  ECS_CONTAINER_METADATA_URI_V4: z.url().optional(),
  PATH: z.string().default("/usr/local/bin:/usr/bin:/bin"),
});

/** All that the runner takes from its environment. The agent's own environment is built from nothing. */
export interface Environment {
  /** Where it reports, with signed requests; undefined where functions of the version before started the container. */
  runnerApiUrl: string | undefined;
  /** Where runners of the version before report. */
  apiUrl: string | undefined;
  /** Whose region requests are signed for. */
  region: string | undefined;
  runId: string;
  ticket: string;
  agent: "claude" | "codex";
  /** Whom agent and git run as; undefined on a laptop, where they are the runner's own user. */
  agentUser: { uid: number; gid: number } | undefined;
  /** Where the run's own directory is made. */
  workDir: string;
  standIns: StandIn[];
  /** Where ECS tells about the container; undefined outside of it. */
  metadataUri: string | undefined;
  path: string;
}

export function readEnvironment(variables: Record<string, string | undefined>): Environment {
  const env = schema.parse(variables);
  const uid = env.ERRAND_AGENT_UID;
  return {
    runnerApiUrl: withoutSlash(env.ERRAND_RUNNER_API_URL),
    apiUrl: withoutSlash(env.ERRAND_API_URL),
    region: env.AWS_REGION,
    runId: env.ERRAND_RUN_ID,
    ticket: env.ERRAND_TICKET,
    agent: env.ERRAND_AGENT,
    agentUser: uid === undefined ? undefined : { uid, gid: env.ERRAND_AGENT_GID ?? uid },
    workDir: env.ERRAND_WORK_DIR ?? (uid === undefined ? laptopWorkDir() : "/home/agent"),
    standIns: env.ERRAND_STAND_INS,
    metadataUri: env.ECS_CONTAINER_METADATA_URI_V4,
    path: env.PATH,
  };
}

const withoutSlash = (url: string | undefined) => url?.replace(/\/+$/, "");

/** Codex wants its home off the temporary directory. */
function laptopWorkDir(): string {
  const home = homedir();
  return home === "/" ? tmpdir() : join(home, ".cache", "errand", "runs");
}
