import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify, stripVTControlCharacters } from "node:util";
import { vi } from "vitest";
import { type Client, createClient } from "../contract/client.ts";

export const run = promisify(execFile);
/** An agent CLI that is not in the cache yet is installed first. */
export const patience = { timeout: 240_000, interval: 50 };

export interface Started {
  child: ChildProcess;
  /** Everything printed so far, without colours. */
  output: () => string;
  printed: (text: string | RegExp) => Promise<void>;
  server: () => Promise<{ url: string; key: string; pid: number }>;
  client: () => Promise<Client>;
  /** Sends a signal and waits for the exit code. */
  stop: (signal: NodeJS.Signals) => Promise<number | null>;
}

/** Starts the server as people do, as a process of its own. */
export function startMain(dataDir: string, args: string[], env: Record<string, string> = {}): Started {
  const main = join(import.meta.dirname, "main.ts");
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", main, "--data", dataDir, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
  });
  let text = "";
  const take = (chunk: Buffer) => {
    text += stripVTControlCharacters(chunk.toString("utf8"));
  };
  child.stdout.on("data", take);
  child.stderr.on("data", take);
  const ended = once(child, "close").then(([code]) => code as number | null);
  const output = () => text;
  const server = async () => JSON.parse(await readFile(join(dataDir, "server.json"), "utf8"));
  return {
    child,
    output,
    server,
    async printed(wanted) {
      const found = () => (typeof wanted === "string" ? text.includes(wanted) : wanted.test(text));
      await vi.waitUntil(() => found() || child.exitCode !== null, patience);
      if (!found()) throw new Error(`"${wanted}" was never printed:\n${text}`);
    },
    async client() {
      const { url, key } = await server();
      return createClient({ baseUrl: url, headers: () => ({ authorization: `Bearer ${key}` }) });
    },
    async stop(signal) {
      child.kill(signal);
      return await ended;
    },
  };
}

export async function temporaryFolder(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), "errand-local-"));
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 5 }) };
}

export async function freePort(): Promise<number> {
  const { port, close } = await deafServer();
  await close();
  return port;
}

export interface DeafServer {
  port: number;
  called: () => boolean;
  close: () => Promise<void>;
}

/** Accepts connections and never says a word, so that a clone from it takes until `close`. */
export async function deafServer(): Promise<DeafServer> {
  const sockets = new Set<Socket>();
  let called = false;
  const server = createServer((socket) => {
    called = true;
    sockets.add(socket);
    socket.on("error", () => sockets.delete(socket));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    called: () => called,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/**
 * Variables under which npm finds no network until the file `online` exists; from then on it installs Codex from where
 * `codexBin` is.
 */
export async function offline(
  folder: string,
  codexBin: string,
): Promise<{ online: string; env: Record<string, string> }> {
  const bin = join(folder, "bin");
  const online = join(folder, "online");
  await mkdir(bin);
  const script = `#!/bin/sh
[ -e "${online}" ] || { echo "npm error code ENOTFOUND" >&2; exit 1; }
ln -s "${dirname(codexBin)}" node_modules
`;
  await writeFile(join(bin, "npm"), script, { mode: 0o755 });
  const path = [bin, process.env.PATH].join(delimiter);
  return { online, env: { PATH: path, XDG_CACHE_HOME: join(folder, "cache"), npm_execpath: "" } };
}
