import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export interface GitServer {
  url: string;
  /** Makes `<name>.git`, below `old/` as a server of long ago has it, with one commit of these files on `main`; a value `-> x` is a symbolic link to x. */
  create(name: string, files: Record<string, string>, branch?: string): void;
  /** The files of a branch as the server has them. */
  show(name: string, file: string, branch?: string): string;
  /** Runs git in the bare repository; answers what it printed. */
  run(name: string, ...args: string[]): string;
  /** The Authorization headers it was sent. */
  seen: (string | undefined)[];
  close(): Promise<void>;
}

const identity = {
  GIT_AUTHOR_NAME: "a",
  GIT_AUTHOR_EMAIL: "a@example.com",
  GIT_COMMITTER_NAME: "a",
  GIT_COMMITTER_EMAIL: "a@example.com",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
};

/** Git's own `http-backend` behind Node's HTTP server; with a token, only who brings it gets in. */
export async function startGitServer(token?: string): Promise<GitServer> {
  const root = mkdtempSync(join(tmpdir(), "git-server-"));
  const seen: (string | undefined)[] = [];
  const server = http.createServer((request, response) => {
    seen.push(request.headers.authorization);
    const expected = token && `Basic ${Buffer.from(`x-access-token:${token}`).toString("base64")}`;
    if (expected && request.headers.authorization !== expected) {
      response.writeHead(401, { "www-authenticate": 'Basic realm="git"' });
      return response.end("sign in first\n");
    }
    backend(root, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const git = (cwd: string, ...args: string[]) =>
    execFileSync("git", args, { cwd, env: { PATH: process.env.PATH, HOME: root, ...identity }, encoding: "utf8" });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    create(name, files, branch = "main") {
      const tree = mkdtempSync(join(root, "tree-"));
      git(tree, "init", "-q", "-b", branch);
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(join(tree, dirname(path)), { recursive: true });
        if (text.startsWith("-> ")) execFileSync("ln", ["-s", text.slice(3), join(tree, path)]);
        else writeFileSync(join(tree, path), text);
      }
      git(tree, "add", "-A");
      git(tree, "commit", "-q", "--allow-empty", "-m", "first");
      git(root, "clone", "-q", "--bare", tree, `${name}.git`);
      git(join(root, `${name}.git`), "config", "http.receivepack", "true");
    },
    run: (name, ...args) => git(join(root, `${name}.git`), ...args).trim(),
    show: (name, file, branch = "main") => git(join(root, `${name}.git`), "show", `${branch}:${file}`),
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          rmSync(root, { recursive: true, force: true });
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

function backend(root: string, request: http.IncomingMessage, response: http.ServerResponse) {
  const url = new URL(request.url ?? "/", "http://git");
  const child = spawn("git", ["http-backend"], {
    env: {
      PATH: process.env.PATH,
      ...identity,
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: "1",
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers["content-type"] ?? "",
      CONTENT_LENGTH: request.headers["content-length"] ?? "",
      HTTP_CONTENT_ENCODING: request.headers["content-encoding"] ?? "",
      // Servers of old speak one protocol only, in which they give nothing but the tips of branches and tags.
      HTTP_GIT_PROTOCOL: url.pathname.startsWith("/old/") ? "" : String(request.headers["git-protocol"] ?? ""),
    },
    stdio: ["pipe", "pipe", "ignore"],
  });
  request.pipe(child.stdin);
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.on("close", () => {
    const whole = Buffer.concat(chunks);
    const border = whole.indexOf("\r\n\r\n");
    const lines = whole.subarray(0, border).toString().split("\r\n");
    const headers = Object.fromEntries(lines.map((line) => line.split(": ") as [string, string]));
    const status = Number.parseInt(headers.Status ?? "200", 10);
    delete headers.Status;
    response.writeHead(status, headers);
    response.end(whole.subarray(border + 4));
  });
}
