import { realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { RunFailure } from "./failure.ts";
import { type AgentUser, baseEnvironment, type RunDirectory } from "./run-directory.ts";
import { type Exit, supervise } from "./supervise.ts";

export interface CheckoutOptions {
  /** `https://host/owner/repository#branch`; the branch may be left out. */
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
  "submodule.recurse": "false",
  "http.lowSpeedLimit": "1000",
  "http.lowSpeedTime": "60",
};

/**
 * Clones the newest state of one branch through the gateway, which signs in: neither the arguments nor what lies in
 * `.git` hold a token. Throws RunFailure CLONE_FAILED.
 */
export async function checkOut(options: CheckoutOptions): Promise<void> {
  const { url, host, branch } = splitSource(options.sourceUrl);
  let said = "";
  let exit: Exit;
  try {
    exit = await supervise({
      command: "git",
      args: [
        "clone",
        "--quiet",
        "--depth=1",
        "--single-branch",
        "--no-tags",
        "--no-recurse-submodules",
        "--template=",
        ...(branch === undefined ? [] : [`--branch=${branch}`]),
        "--",
        url,
        options.directory.checkout,
      ],
      env: {
        ...baseEnvironment(options.directory, options.path),
        GIT_CONFIG_GLOBAL: "/dev/null",
        GIT_ALLOW_PROTOCOL: "http",
        GIT_ASKPASS: "/bin/false",
        GIT_LFS_SKIP_SMUDGE: "1",
        ...configuration({ ...safely, [`url.${gitBase(options.gatewayUrl, host)}.insteadOf`]: `https://${host}/` }),
      },
      cwd: options.directory.root,
      user: options.user,
      onLine: () => false,
      onStderr: (text) => {
        said = (said + text).slice(-8000);
      },
      stop: options.stop,
      mark: options.directory.root,
    });
  } catch (error) {
    throw new RunFailure("CLONE_FAILED", "git could not be started.", { cause: error });
  }
  if (exit.code !== 0) throw new RunFailure("CLONE_FAILED", reasonOf(said, gitBase(options.gatewayUrl, host), host));
}

function splitSource(sourceUrl: string) {
  const url = new URL(sourceUrl);
  const branch = decodeURIComponent(url.hash.slice(1)) || undefined;
  url.hash = "";
  return { url: url.href, host: url.host, branch };
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
    return `The repository could not be cloned: ${host} asks for a git token, or refuses the one it got.`;
  }
  const words = line.replace(/^(fatal|error|remote): /, "").slice(0, 500);
  return `The repository could not be cloned: ${words.replace(/[^.!?]$/, "$&.")}`;
}

/** The agent's own git reaches the task's repository through the gateway too, and signs its commits as the agent. */
export function gitConfigFile(gatewayUrl: string, sourceUrl: string | null): string {
  const identity = "[user]\n\tname = Errand agent\n\temail = agent@errand.invalid\n";
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
