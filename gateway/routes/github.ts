import { authorize } from "../inspectors/authorize.ts";
import type { Route } from "../route.ts";

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

/** `/github/…` leads to GitHub's API; signed in only where the task's own source is on GitHub. */
export function githubRoute({ upstream, token }: { upstream: URL; token: string | null }): Route {
  return {
    name: "github",
    upstream,
    transport: "raw",
    find: ({ method, path }) => (methods.includes(method) ? { kind: "github", path } : undefined),
    inspectors: [authorize(token === null ? undefined : { authorization: `Bearer ${token}` })],
    // Archives and logs are elsewhere, behind addresses that need no token: the agent may go there by itself.
    redirect: (location) =>
      location.host === upstream.host ? { path: location.pathname + location.search } : { elsewhere: location },
    refusal: ({ status, message }) => ({ status, type: "application/json", body: JSON.stringify({ message }) }),
  };
}
