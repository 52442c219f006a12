import { spawn } from "node:child_process";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { sameText } from "../core/digest.ts";

export interface GitServerOptions {
  /** The folder of the bare repositories; `<root>/sample.git` is served as `/sample.git`. */
  root: string;
  /** Where git and what it needs are found. */
  path: string;
  /** Asked of every request when given. */
  basicAuth?: { username: string; password: string };
}

export interface GitServer {
  url: string;
  close: () => Promise<void>;
}

/** Serves bare repositories over smart HTTP on 127.0.0.1 with git's own `git http-backend`: clone, fetch and push. */
export async function startGitServer(options: GitServerOptions): Promise<GitServer> {
  const server = createServer((request, response) => {
    if (!isAllowed(request.headers.authorization, options.basicAuth)) {
      response.writeHead(401, { "www-authenticate": 'Basic realm="git"', "content-type": "text/plain" });
      return response.end("Authentication is required.\n");
    }
    const target = targetOf(request.url ?? "/");
    if (!target) return response.writeHead(400).end();
    return backend(options, request, response, target);
  });
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(0, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function isAllowed(header: string | undefined, wanted: GitServerOptions["basicAuth"]): boolean {
  if (!wanted) return true;
  const expected = Buffer.from(`${wanted.username}:${wanted.password}`).toString("base64");
  return sameText(header ?? "", `Basic ${expected}`);
}

interface Target {
  path: string;
  query: string;
}

function targetOf(rawUrl: string): Target | undefined {
  const [path = "", query = ""] = rawUrl.split("?", 2);
  try {
    const decoded = decodeURIComponent(path);
    return decoded.split("/").includes("..") ? undefined : { path: decoded, query };
  } catch {
    return undefined;
  }
}

function backend(options: GitServerOptions, request: IncomingMessage, response: ServerResponse, target: Target): void {
  const child = spawn("git", ["http-backend"], {
    env: cgi(options, request, target),
    stdio: ["pipe", "pipe", "ignore"],
  });
  child.once("error", () => fail(response));
  child.stdin.on("error", () => {
    // git closes its input early when it refuses; its answer says why.
  });
  request.pipe(child.stdin);
  response.once("close", () => child.kill());
  relay(child.stdout, response);
}

/** The variables of CGI (RFC 3875) that git http-backend reads. */
function cgi(options: GitServerOptions, request: IncomingMessage, target: Target): NodeJS.ProcessEnv {
  const header = (name: string) => String(request.headers[name] ?? "");
  return {
    PATH: options.path,
    // Nobody's own configuration changes what this server does.
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_PROJECT_ROOT: options.root,
    GIT_HTTP_EXPORT_ALL: "1",
    GIT_PROTOCOL: header("git-protocol"),
    // A named user is what lets http-backend accept pushes.
    REMOTE_USER: options.basicAuth?.username ?? "errand",
    REMOTE_ADDR: request.socket.remoteAddress ?? "127.0.0.1",
    REQUEST_METHOD: request.method ?? "GET",
    PATH_INFO: target.path,
    QUERY_STRING: target.query,
    CONTENT_TYPE: header("content-type"),
    ...(request.headers["content-length"] && { CONTENT_LENGTH: header("content-length") }),
    HTTP_CONTENT_ENCODING: header("content-encoding"),
  };
}

/** Passes a CGI answer on: header lines, an empty line, then the body as it comes. */
function relay(output: NodeJS.ReadableStream, response: ServerResponse): void {
  let head = Buffer.alloc(0);
  const onData = (chunk: Buffer) => {
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf("\r\n\r\n");
    if (end < 0) return;
    output.off("data", onData);
    const headers = head
      .subarray(0, end)
      .toString("latin1")
      .split("\r\n")
      .map((line) => line.split(/:\s*/, 2) as [string, string]);
    const status = headers.find(([name]) => name.toLowerCase() === "status")?.[1] ?? "200";
    response.writeHead(Number.parseInt(status, 10), Object.fromEntries(headers.filter(([name]) => name !== "Status")));
    response.write(head.subarray(end + 4));
    output.pipe(response);
  };
  output.on("data", onData).once("end", () => {
    if (!response.headersSent) fail(response);
  });
}

function fail(response: ServerResponse): void {
  if (!response.headersSent) response.writeHead(500, { "content-type": "text/plain" });
  response.end("git http-backend gave no answer.\n");
}
