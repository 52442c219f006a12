import { homedir } from "node:os";
import * as z from "zod";

const text = z
  .string()
  .optional()
  .transform((value) => value || undefined);

const schema = z.object({
  ERRAND_URL: text,
  ERRAND_API_KEY: text,
  ERRAND_CONFIG_API_KEY: text,
  ERRAND_DATA: text,
  XDG_DATA_HOME: text,
  NO_COLOR: text,
  FORCE_COLOR: text,
  TERM: text,
});

/** What the command takes from its surroundings. An empty variable counts as absent. */
export type Environment = z.infer<typeof schema> & {
  /** Absent where nothing tells it. */
  home: string | undefined;
  platform: NodeJS.Platform;
  /** Absent when the folder that the command was started in is gone. */
  directory: string | undefined;
};

export function readEnvironment(): Environment {
  return {
    ...schema.parse(process.env),
    home: known(homedir),
    platform: process.platform,
    directory: known(process.cwd),
  };
}

function known(ask: () => string): string | undefined {
  try {
    return ask() || undefined;
  } catch {
    return undefined;
  }
}
