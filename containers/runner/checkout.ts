import { realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { RunFailure } from "./failure.ts";
import { type AgentUser, baseEnvironment, type RunDirectory } from "./run-directory.ts";
import { type Exit, supervise } from "./supervise.ts";

export interface CheckoutOptions {
  /** `https://host/owner/repository#ref`, a branch, a tag or a commit; the default branch where there is none. */
  sourceUrl: string;
  gatewayUrl: string;
  directory: RunDirectory;
  path: string;
  user: AgentUser;
  stop: AbortSignal;
}

/** Settings for one command: nothing of the repository runs, no other protocol is spoken, a dead host is given up. */
const safely = {
  "core.hooksPath": "/dev/null",
  "core.fsmonitor": "false",
  "credential.helper": "",
  "safe.bareRepository": "explicit",
  "submodule.recurse": "false",
  "http.lowSpeedLimit": "1000",
  "http.lowSpeedTime": "60",
};

/**
 * Clones the newest state of a branch or a tag, or one commit, through the gateway, which signs in: neither the arguments
 * nor what lies in `.git` hold a token. Answers the commit that is checked out, or null where the repository is empty.
 * Throws RunFailure CLONE_FAILED.
 */
export async function checkOut(options: CheckoutOptions): Promise<string | null> {
  const { url, host, ref } = splitSource(options.sourceUrl);
  const base = gitBase(options.gatewayUrl, host);
  const git = gitFor(options, { [`url.${base}.insteadOf`]: `https://${host}/` });
  if (ref !== undefined && /^([0-9a-f]{40}|[0-9a-f]{64})$/i.test(ref)) await checkOutCommit(git, url, ref);
  else {
    const shallow = ["--depth=1", "--single-branch", "--no-tags", "--no-recurse-submodules", "--template="];
    const named = ref === undefined ? [] : [`--branch=${ref}`];
    const clone = await git("clone", "--quiet", ...shallow, ...named, "--", url, ".");
    const isShort = ref !== undefined && /^[0-9a-f]{7,}$/i.test(ref) && / not found in upstream/.test(clone.said);
    if (isShort) await checkOutCommit(git, url, ref);
    else if (!clone.ok) throw failed(reasonOf(clone.said, base, host));
  }
  const head = await git("rev-parse", "--verify", "--quiet", "HEAD^{commit}");
  if (head.ok) return head.printed.trim();
  const refs = await git("ls-remote", "--quiet", "--", url);
  if (refs.ok && refs.printed.trim() === "") return null;
  throw failed("it has no commit where its HEAD points. Name a branch after a # at the end of the source URL.");

  /** One commit alone where the server gives it, else out of all that its branches and tags hold. */
  async function checkOutCommit(run: Git, from: string, commit: string) {
    await run("init", "--quiet", "--template=");
    await run("remote", "add", "origin", from);
    const one = await run("fetch", "--quiet", "--depth=1", "--no-tags", "--no-recurse-submodules", "origin", commit);
    if (!one.ok) {
      const everything = ["+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*"];
      const all = await run("fetch", "--quiet", "--no-recurse-submodules", "origin", ...everything);
      if (!all.ok) throw failed(reasonOf(all.said, base, host));
    }
    const checkout = await run("checkout", "--quiet", "--detach", one.ok ? "FETCH_HEAD" : `${commit}^{commit}`);
    if (!checkout.ok) throw failed(`${host} has no commit ${commit} in its branches and tags.`);
  }
}

const failed = (why: string) => new RunFailure("CLONE_FAILED", `The repository could not be cloned: ${why}`);

type Git = (...args: string[]) => Promise<{ ok: boolean; printed: string; said: string }>;

/** Runs git in the checkout, as the agent's user. */
function gitFor({ directory, path, user, stop }: CheckoutOptions, settings: Record<string, string>): Git {
  const env = {
    ...baseEnvironment(directory, path),
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_ALLOW_PROTOCOL: "http",
    GIT_ASKPASS: "/bin/false",
    GIT_LFS_SKIP_SMUDGE: "1",
    ...configuration({ ...safely, ...settings }),
  };
  return async (...args) => {
    const lines: string[] = [];
    let said = "";
    let exit: Exit;
    try {
      exit = await supervise({
        command: "git",
        args,
        env,
        cwd: directory.checkout,
        user,
        onLine: (line) => {
          if (lines.length < 100) lines.push(line);
          return false;
        },
        onStderr: (text) => {
          said = (said + text).slice(-8000);
        },
        stop,
        mark: directory.root,
      });
    } catch (error) {
      throw new RunFailure("CLONE_FAILED", "git could not be started.", { cause: error });
    }
    return { ok: exit.code === 0, printed: lines.join("\n"), said };
  };
}

function splitSource(sourceUrl: string) {
  const url = new URL(sourceUrl);
  let ref = url.hash.slice(1);
  try {
    ref = decodeURIComponent(ref);
  } catch {
    // It is no encoding, so it is the name itself.
  }
  url.hash = "";
  return { url: url.href, host: url.host, ref: ref || undefined };
}

const gitBase = (gatewayUrl: string, host: string) => `${gatewayUrl}/git/${host}/`;

/** Settings for git as variables of its environment. */
function configuration(settings: Record<string, string>): Record<string, string> {
  const entries = Object.entries(settings);
  return Object.fromEntries([
    ["GIT_CONFIG_COUNT", String(entries.length)],
    ...entries.flatMap(([key, value], i) => [
      [`GIT_CONFIG_KEY_${i}`, key],
      [`GIT_CONFIG_VALUE_${i}`, value],
    ]),
  ]);
}

/** Git's own words, about the host that people know and not about the gateway. */
function reasonOf(said: string, base: string, host: string): string {
  const lines = said.replaceAll(base, `https://${host}/`).split("\n");
  // What the server or the gateway says tells more than git's own number of it.
  const line =
    lines.findLast((text) => /^remote: \S/.test(text)) ??
    lines.findLast((text) => /^(fatal|error): /.test(text)) ??
    "git ended with an error";
  if (/could not read (Username|Password)|Authentication failed/.test(said)) {
    return `${host} asks for a git token, or refuses the one it got.`;
  }
  const words = line.replace(/^(fatal|error|remote): /, "").slice(0, 500);
  return words.replace(/[^.!?]$/, "$&.");
}

/** The agent's own git reaches the task's repository through the gateway too, and signs its commits as the agent. */
export function gitConfigFile(gatewayUrl: string, sourceUrl: string | null): string {
  const identity =
    "[user]\n\tname = Errand agent\n\temail = agent@errand.invalid\n[safe]\n\tbareRepository = explicit\n";
  if (sourceUrl === null) return identity;
  const { host, pathname } = new URL(sourceUrl);
  const repository = pathname
    .replace(/^\//, "")
    .replace(/\/+$/, "")
    .replace(/\.git$/, "");
  const spellings = [`https://${host}/`, `git@${host}:`, `ssh://git@${host}/`].map((base) => base + repository);
  return `${identity}[url "${gitBase(gatewayUrl, host)}${repository}"]\n${spellings.map((url) => `\tinsteadOf = "${url}"\n`).join("")}`;
}

/** The directory to work in. Neither `..` nor a symbolic link leads out of the checkout. Throws SUB_PATH_MISSING. */
export async function resolveSubPath(checkout: string, subPath: string | null): Promise<string> {
  if (subPath === null) return checkout;
  const missing = (why: string) => new RunFailure("SUB_PATH_MISSING", `The sub path ${subPath} ${why}.`);
  const root = await realpath(checkout);
  const path = await realpath(join(root, subPath)).catch(() => undefined);
  if (path === undefined) throw missing("does not exist in the repository");
  if (path !== root && !path.startsWith(root + sep)) throw missing("leads out of the repository");
  if (`${path}${sep}`.startsWith(`${join(root, ".git")}${sep}`)) throw missing("leads into git's own data");
  if (!(await stat(path)).isDirectory()) throw missing("is not a directory");
  return path;
}
