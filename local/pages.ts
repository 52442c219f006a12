import { readdirSync, readFileSync, statSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { extname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { contentSecurityPolicy, isolationHeaders } from "../contract/console-headers.ts";

type Headers = Record<string, string>;

const securityHeaders: Headers = {
  "content-security-policy": contentSecurityPolicy,
  ...isolationHeaders,
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};

const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".woff2": "font/woff2",
};

const builtConsole = fileURLToPath(new URL("../web/dist", import.meta.url));

/** Everything outside /api: the built console. True when the request was answered. */
export const pages = servePages(builtConsole);

/**
 * Serves the files of a folder, and its index.html at every other path: which page that is, the console knows. Only files
 * that a listing of the folder named are ever opened, so no path leads out of it.
 */
export function servePages(folder: string): (request: IncomingMessage, response: ServerResponse) => boolean {
  let listed = { version: Number.NaN, files: new Set<string>() };
  const files = () => {
    const version = statSync(join(folder, "index.html"), { throwIfNoEntry: false })?.mtimeMs;
    if (version === undefined) return undefined;
    if (version !== listed.version) listed = { version, files: filesOf(folder) };
    return listed.files;
  };
  return (request, response) => {
    if (request.method !== "GET" && request.method !== "HEAD") return false;
    const known = files();
    if (!known) return send(request, response, 503, "text/plain; charset=utf-8", notBuilt);
    const path = (request.url ?? "/").split("?")[0] as string;
    const isFile = known.has(path) && path !== "/index.html";
    if (!isFile && path.startsWith("/assets/")) return false;
    const name = isFile ? path : "/index.html";
    const type = types[extname(name)] ?? "application/octet-stream";
    const cache = isFile && path.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache";
    return send(request, response, 200, type, readFileSync(join(folder, name)), cache);
  };
}

const notBuilt = "The console is not built yet: npm run build:web makes it. The API is at /api.\n";

function filesOf(folder: string): Set<string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Set(
    entries.map(({ parentPath, name }) => `/${relative(folder, join(parentPath, name)).split(sep).join("/")}`),
  );
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  type: string,
  body: string | Buffer,
  cache = "no-store",
): true {
  const length = String(Buffer.byteLength(body));
  const headers = { ...securityHeaders, "content-type": type, "content-length": length, "cache-control": cache };
  response.writeHead(status, headers).end(request.method === "HEAD" ? undefined : body);
  return true;
}
