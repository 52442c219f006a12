import { type Inspector, plainError, type Route } from "./exchange.ts";
import { under } from "./model.ts";

/** Smart HTTP and nothing else: what git asks for when it clones, fetches or pushes. */
const gitPath = /\/(info\/refs\?service=git-(upload|receive)-pack|git-upload-pack|git-receive-pack)$/;

export interface SourceOptions {
  /** The host of the task's source URL, with its port if it has one. */
  host: string;
  /** `https://<host>`, or what stands in for it. */
  upstream: URL;
  token: string | null;
}

/** `/git/HOST/owner/repository.git/…` leads to the task's source host, with its token. */
export function gitRoute({ host, upstream, token }: SourceOptions): Route {
  const basic = token === null ? undefined : Buffer.from(`x-access-token:${token}`).toString("base64");
  return {
    name: "git",
    target: (path) =>
      path.startsWith(`/${host}/`) && gitPath.test(path) ? under(upstream, path.slice(host.length + 1)) : undefined,
    inspectors: [authorize(basic && `Basic ${basic}`)],
    errorBody: plainError,
    routed: (location) => {
      const own = location.host === host || location.host === upstream.host;
      return own ? `/${host}${location.pathname}${location.search}` : undefined;
    },
  };
}

/** `/github/…` leads to GitHub's API; signed in only where the task's own source is on GitHub. */
export function githubRoute({ upstream, token }: { upstream: URL; token: string | null }): Route {
  return {
    name: "github",
    target: (path) => under(upstream, path),
    inspectors: [authorize(token === null ? undefined : `Bearer ${token}`)],
    errorBody: ({ message }) => ({ type: "application/json", body: JSON.stringify({ message }) }),
    routed: (location) => (location.host === upstream.host ? location.pathname + location.search : undefined),
  };
}

function authorize(value: string | undefined): Inspector {
  return ({ headers }) => {
    if (value !== undefined) headers.authorization = value;
    return undefined;
  };
}
