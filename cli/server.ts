import { readFileSync } from "node:fs";
import { isAbsolute, join, resolve } from "node:path";
import * as z from "zod";
import type { Environment } from "./env.ts";
import { CliError, exitCodes, usageError } from "./exit.ts";

/** What `npm start` leaves in its data directory, readable by its owner only, for commands on the same machine. */
const serverFile = z.object({ url: z.url(), key: z.string().min(1), pid: z.int() });

export interface Server {
  /** Base to which `/api/…` is appended, without a slash at its end. */
  url: string;
  key: string;
  /** What to do when it does not answer, and when it does not know the key. */
  hints: { unreachable: string; signIn: string };
}

export interface ServerOptions {
  url?: string;
  data?: string;
}

/**
 * Where a server on this machine keeps its data: what was asked for, else `$XDG_DATA_HOME/errand`, else
 * `~/.local/share/errand` (`~/Library/Application Support/errand` on macOS). As the XDG specification has it,
 * a relative XDG_DATA_HOME is ignored.
 */
export function dataDirectory(environment: Environment, asked?: string): string {
  const { ERRAND_DATA, XDG_DATA_HOME, home, platform, directory } = environment;
  const chosen = asked ?? ERRAND_DATA;
  if (chosen !== undefined) {
    if (directory !== undefined || isAbsolute(chosen)) return resolve(directory ?? "/", chosen);
    throw usageError(`The folder you are in is gone, so ${chosen} is nowhere; go to another one.`);
  }
  if (XDG_DATA_HOME?.startsWith("/")) return join(XDG_DATA_HOME, "errand");
  if (home === undefined) throw usageError("HOME is not set: set it, or say where the server's data is with --data.");
  if (platform === "darwin") return join(home, "Library", "Application Support", "errand");
  return join(home, ".local", "share", "errand");
}

/** The server to talk to: the one that was named, else the one on this machine. */
export function findServer(options: ServerOptions, environment: Environment): Server {
  const url = options.url ?? (options.data === undefined ? environment.ERRAND_URL : undefined);
  return url === undefined ? localServer(dataDirectory(environment, options.data)) : remoteServer(url, environment);
}

function remoteServer(given: string, environment: Environment): Server {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw usageError(`"${given}" is not the address of a server; it looks like https://errand.example.com.`);
  }
  if (url.username || url.password) throw usageError("The address must not carry a user name or password.");
  if (url.protocol === "http:" && !isLoopback(url)) {
    throw usageError("An API key is not sent over http to another machine; use https.");
  }
  if (environment.ERRAND_API_KEY === undefined) {
    throw new CliError(
      exitCodes.notSignedIn,
      "unauthenticated",
      `ERRAND_API_KEY is not set; put a key of ${url.origin} there.`,
    );
  }
  const hints = {
    unreachable: "Check the address in --url or ERRAND_URL, and that the server runs.",
    signIn: "Set ERRAND_API_KEY to a key that is neither revoked nor expired.",
  };
  return { url: `${url.origin}${url.pathname}`.replace(/\/+$/, ""), key: environment.ERRAND_API_KEY, hints };
}

function localServer(directory: string): Server {
  const path = join(directory, "server.json");
  const start = "Start one with `npm start`, or name another with --data, or with --url and ERRAND_API_KEY.";
  const signIn = `The key is that of ${path}, which \`npm start\` writes: stop the server and start it again.`;
  const unreachable = (message: string) => new CliError(exitCodes.unreachable, "unavailable", `${message} ${start}`);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EACCES") throw unreachable(`${path} belongs to someone else.`);
    throw unreachable(`No server runs on this machine with its data in ${directory}.`);
  }
  const found = parse(text);
  if (!found || !isLoopback(new URL(found.url))) throw unreachable(`${path} does not name a server on this machine.`);
  return { url: found.url.replace(/\/+$/, ""), key: found.key, hints: { unreachable: start, signIn } };
}

function parse(text: string): z.infer<typeof serverFile> | undefined {
  try {
    return serverFile.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function isLoopback(url: URL): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
}
