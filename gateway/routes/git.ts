import { authorize } from "../inspectors/authorize.ts";
import { type Inspector, plainRefusal, type Route } from "../route.ts";

const services = ["git-upload-pack", "git-receive-pack"];

export interface GitOptions {
  /** `https://host/owner/repository`, with or without `.git`. */
  source: URL;
  /** `https://<host>`, or what stands in for it. */
  upstream: URL;
  token: string | null;
}

/** `/git/HOST/owner/repository.git/…` leads to the task's own repository, with its token: git's smart HTTP, nothing else. */
export function gitRoute({ source, upstream, token }: GitOptions): Route {
  const { host } = source;
  const plain = source.pathname.replace(/\/+$/, "").replace(/\.git$/, "");
  const spellings = [plain, `${plain}.git`].map((repository) => `/${host}${repository}`);
  const basic = token === null ? undefined : Buffer.from(`x-access-token:${token}`).toString("base64");
  return {
    name: "git",
    upstream,
    transport: "raw",
    find({ method, path, query }) {
      const spelling = spellings.find((it) => path.startsWith(`${it}/`));
      if (spelling === undefined) return undefined;
      const action = path.slice(spelling.length + 1);
      const listed =
        method === "GET"
          ? action === "info/refs" && services.some((service) => query === `service=${service}`)
          : method === "POST" && query === null && services.includes(action);
      return listed ? { kind: "git", path: path.slice(host.length + 1) } : undefined;
    },
    inspectors: [authorize(basic === undefined ? undefined : { authorization: `Basic ${basic}` }), smart(host)],
    redirect(location) {
      const own = location.host === host || location.host === upstream.host;
      const path = `/${host}${location.pathname}`;
      if (own && spellings.some((it) => path.startsWith(`${it}/`))) return { path: path + location.search };
      const there = `${own ? host : location.host}${location.pathname.replace(/\/info\/refs$/, "")}`;
      const message = own
        ? `The repository has moved to https://${there}: give the task that source URL.`
        : `${host} sends git on to ${location.host}. The token is for ${host} alone, so the gateway does not follow.`;
      return { refuse: { status: 502, message } };
    },
    refusal: plainRefusal,
  };
}

/** A page that says "sign in" with status 200 is not a repository without branches. */
const smart =
  (host: string): Inspector =>
  ({ path, query, method }) => {
    const service = query?.slice("service=".length) ?? path.slice(path.lastIndexOf("/") + 1);
    const expected = `application/x-${service}-${method === "GET" ? "advertisement" : "result"}`;
    return {
      watch: {
        head(status, headers) {
          if (status !== 200 || headers["content-type"]?.split(";")[0]?.trim() === expected) return undefined;
          return { status: 502, message: `${host} did not answer as a git server does. Is the source URL right?` };
        },
      },
    };
  };
