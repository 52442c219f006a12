import { chown, mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { removeTree } from "./remove.ts";

/** The directories of one run, all below `root`. */
export interface RunDirectory {
  root: string;
  home: string;
  temp: string;
  checkout: string;
  /** Writes files below the home, the agent's own. */
  write(files: Record<string, string>): Promise<void>;
  /** Never rejects; answers why something is left of it, if something is. */
  remove(): Promise<string | undefined>;
}

export type AgentUser = { uid: number; gid: number } | undefined;

/** Makes a fresh directory that nobody but the agent's user can enter. */
export async function makeRunDirectory(workDir: string, user: AgentUser): Promise<RunDirectory> {
  await mkdir(workDir, { recursive: true });
  const root = await mkdtemp(join(workDir, "run-"));
  const own = async (path: string) => {
    if (user) await chown(path, user.uid, user.gid);
  };
  const make = async (...names: string[]) => {
    const path = join(root, ...names);
    await mkdir(path);
    await own(path);
    return path;
  };
  await own(root);
  const home = await make("home");
  const temp = await make("home", "tmp");
  const checkout = await make("repository");
  return {
    root,
    home,
    temp,
    checkout,
    async write(files) {
      for (const [name, text] of Object.entries(files)) {
        const path = join(home, name);
        if (dirname(path) !== home) {
          await mkdir(dirname(path), { recursive: true });
          await own(dirname(path));
        }
        await writeFile(path, text);
        await own(path);
      }
    },
    remove: () => removeTree(root),
  };
}

/** What every program of the run gets, and all it gets of this machine: the way to its programs. */
export function baseEnvironment(directory: RunDirectory, path: string): Record<string, string> {
  return {
    PATH: path,
    HOME: directory.home,
    TMPDIR: directory.temp,
    LANG: "C.UTF-8",
    SHELL: "/bin/bash",
    TERM: "dumb",
    GIT_TERMINAL_PROMPT: "0",
    GIT_CONFIG_NOSYSTEM: "1",
  };
}

/** Agents run commands in login shells, in which the system's own profile puts another PATH in place of ours. */
export function profileFiles(path: string): Record<string, string> {
  return { ".profile": `export PATH='${path.replaceAll("'", "'\\''")}'\n` };
}
