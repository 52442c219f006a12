import type { IncomingMessage, ServerResponse } from "node:http";

/** Everything outside /api: for now one page that tells where the API is. True when the request was answered. */
export function pages(request: IncomingMessage, response: ServerResponse): boolean {
  const path = (request.url ?? "/").split("?")[0];
  if (path !== "/" || (request.method !== "GET" && request.method !== "HEAD")) return false;
  const headers = { "content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff" };
  response.writeHead(200, headers).end(request.method === "HEAD" ? undefined : home(`http://${request.headers.host}`));
  return true;
}

const home = (url: string) => `Errand runs here.

API       ${url}/api
OpenAPI   ${url}/api/openapi.json
Commands  npx errand --help
`;
