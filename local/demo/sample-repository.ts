import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const source = fileURLToPath(new URL("./sample", import.meta.url));

/** Host and URL under which tasks know the sample; the local git server stands in for the host. */
export const sampleHost = "git.localhost";
export const sampleUrl = `https://${sampleHost}/sample.git`;

/** Makes the bare repository `<gitRoot>/sample.git` with one commit, unless it is there. It shows up whole or not at all. */
export async function ensureSampleRepository(gitRoot: string, path: string): Promise<string> {
  const repository = join(gitRoot, "sample.git");
  if (await stat(repository).catch(() => undefined)) return repository;
  await mkdir(gitRoot, { recursive: true, mode: 0o700 });
  const folder = await mkdtemp(join(gitRoot, ".new-"));
  try {
    const work = join(folder, "work");
    const bare = join(folder, "sample.git");
    await cp(source, work, { recursive: true });
    const git = gitFor(path, folder);
    await git("init", "--quiet", "--initial-branch=main", work);
    await git("-C", work, "add", "--all");
    await git("-C", work, "commit", "--quiet", "--message=Turn titles into slugs");
    // Nobody else's to read, also what is pushed to it later.
    await git("init", "--quiet", "--bare", "--initial-branch=main", "--template=", "--shared=0600", bare);
    await git("-C", work, "push", "--quiet", bare, "main");
    await rename(bare, repository);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return repository;
}

/** git without anybody's own configuration. */
function gitFor(path: string, home: string) {
  const person = (role: string) => ({
    [`GIT_${role}_NAME`]: "Errand sample",
    [`GIT_${role}_EMAIL`]: "sample@errand.invalid",
  });
  const own = { HOME: home, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" };
  const env = { PATH: path, ...own, ...person("AUTHOR"), ...person("COMMITTER") };
  return (...args: string[]) => run("git", args, { env });
}
