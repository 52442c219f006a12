import * as http from "node:http";
import * as net from "node:net";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { upstreamOf } from "./index.ts";
import { closeGateways, testGateway } from "./testing/gateway.ts";

/** Answers the status of a request whose method and target go out as they are. */
function ask(url: string, method: string, target: string, headers: http.OutgoingHttpHeaders = {}, body = "") {
  return new Promise<number>((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const length = body === "" ? {} : { "content-length": Buffer.byteLength(body) };
    const request = http.request({ hostname, port, method, path: target, headers: { ...headers, ...length } });
    request.on("response", (response) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode ?? 0));
    });
    request.on("connect", (response, socket) => {
      socket.destroy();
      resolve(response.statusCode ?? 0);
    });
    request.on("error", reject);
    request.end(body);
  });
}

/** Sends these bytes and answers all that comes back before the gateway ends the connection. */
function sendRaw(url: string, text: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = "";
    const socket = net.connect(Number(new URL(url).port), "127.0.0.1", () => socket.write(text));
    socket.on("data", (bytes) => {
      answer += bytes;
    });
    socket.on("error", () => {});
    socket.on("close", () => resolve(answer));
  });
}

describe("what carries a credential", () => {
  type Opened = Awaited<ReturnType<typeof testGateway>>;
  const gateways: Opened[] = [];
  let seen: { method: string | undefined; url: string | undefined; headers: http.IncomingHttpHeaders }[] = [];

  beforeAll(async () => {
    const upstream: http.RequestListener = (request, response) => {
      const { method, url, headers } = request;
      seen.push({ method, url, headers });
      request.resume();
      const service = /git-\w+-pack/.exec(url ?? "")?.[0];
      const type = service && `application/x-${service}-${method === "GET" ? "advertisement" : "result"}`;
      response.writeHead(200, { "content-type": type ?? "application/json" });
      response.end(JSON.stringify({ method, url, headers }));
    };
    const git = { sourceUrl: "https://github.com/a/b", gitToken: "git-token" };
    gateways.push(await testGateway(upstream, git));
    gateways.push(await testGateway(upstream, { provider: "openai", ...git }));
  });
  afterAll(closeGateways);

  const listed = new Set([
    "POST /anthropic/v1/messages",
    "POST /anthropic/v1/messages?beta=true",
    "POST /anthropic/v1/messages/count_tokens",
    "POST /anthropic/v1/messages/count_tokens?beta=true",
    "GET /anthropic/v1/models",
    "GET /anthropic/v1/models?beta=true",
    "GET /anthropic/v1/models/x",
    "GET /anthropic/v1/models/x?beta=true",
    "POST /openai/v1/responses",
    "POST /openai/v1/responses/compact",
    "POST /openai/v1/responses/input_tokens",
    "GET /openai/v1/models",
    "GET /openai/v1/models/x",
    ...["a/b", "a/b.git"].flatMap((repository) => [
      `GET /git/github.com/${repository}/info/refs?service=git-upload-pack`,
      `GET /git/github.com/${repository}/info/refs?service=git-receive-pack`,
      `POST /git/github.com/${repository}/git-upload-pack`,
      `POST /git/github.com/${repository}/git-receive-pack`,
    ]),
  ]);
  /** A model's name is any plain segment, and a listed name in a query has any plain value, as often as it likes. */
  const listedWithOthers = new RegExp(
    [
      String.raw`^POST /anthropic/v1/messages(/count_tokens)?(\?beta=[\w.:-]*(&beta=[\w.:-]*)*)?$`,
      String.raw`^GET /anthropic/v1/models(/(?!\.{1,2}(\?|$))[\w.:@-]+)?(\?beta=[\w.:-]*(&beta=[\w.:-]*)*)?$`,
      String.raw`^GET /openai/v1/models(/(?!\.{1,2}$)[\w.:@-]+)?$`,
    ].join("|"),
  );
  const restMethods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];
  /** GitHub's API is listed by method: any plain path, any query. */
  const isListed = (method: string, target: string) =>
    listed.has(`${method} ${target}`) ||
    listedWithOthers.test(`${method} ${target}`) ||
    (restMethods.includes(method) && /^\/github(\/|(\/(a%20b|[a-z0-9_-][a-z0-9_.-]*))+)(\?.*)?$/.test(target));

  const methods = [...restMethods, "OPTIONS", "TRACE", "PROPFIND", "SEARCH", "PURGE", "LOCK", "COPY", "QUERY"];
  const odd = [".", "..", "%2e%2e", "%2E.", "..;", "..;x", "%252e%252e", "a%2fb", "a%2Fb", "a%5cb", "a\\b", "%00", "%"];
  const odder = ["", "%0d%0a", "%c0%ae%c0%ae", "%ef%bc%8e%ef%bc%8e", "%e2%80%a5", "a%20b", "%25", "#", "a#b", "%2e"];
  const words = [
    "v1",
    "messages",
    "count_tokens",
    "responses",
    "compact",
    "input_tokens",
    "models",
    "files",
    "batches",
  ];
  const gitWords = [
    "github.com",
    "a",
    "b",
    "b.git",
    "info",
    "refs",
    "git-upload-pack",
    "git-receive-pack",
    "x",
    "repos",
  ];
  const segment = fc.constantFrom(...words, ...gitWords, ...odd, ...odder);
  const queries = [
    "beta=true",
    "service=git-upload-pack",
    "service=git-receive-pack",
    "service=git-upload-archive",
    "",
  ];
  const query = fc.option(
    fc.oneof(
      fc.constantFrom(...queries, "/git-upload-pack", "/v1/messages", "x=../../files"),
      fc.tuple(fc.constantFrom(...queries), fc.constantFrom(...queries)).map(([a, b]) => `${a}&${b}`),
    ),
    { nil: null },
  );
  const free = fc
    .record({
      route: fc.constantFrom("anthropic", "openai", "git", "github", "git/github.com/a/b", "anthropic/v1", "openai/v1"),
      segments: fc.array(segment, { maxLength: 5 }),
      query,
    })
    .map(({ route, segments, query }) => `/${[route, ...segments].join("/")}${query === null ? "" : `?${query}`}`);
  /** Listed ones with something put in, taken out or changed. */
  const bent = fc
    .record({
      target: fc.constantFrom(...[...listed].map((line) => line.split(" ")[1] as string)),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      put: fc.constantFrom(
        "",
        "/",
        "//",
        "?",
        "&",
        "%2f",
        "/..",
        "/.",
        "%",
        ";",
        "x",
        "\\",
        "#",
        "?service=git-upload-pack",
      ),
      cut: fc.nat({ max: 2 }),
    })
    .map(({ target, at, put, cut }) => {
      const index = Math.round(at * target.length);
      return target.slice(0, index) + put + target.slice(index + cut);
    });

  test("is a listed pair of method and target, whatever else is asked", async () => {
    let through = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...methods),
        fc.oneof(free, bent, fc.constantFrom(...[...listed].map((line) => line.split(" ")[1] as string))),
        async (method, target) => {
          const { url } = gateways[target.startsWith("/openai") ? 1 : 0] as Opened;
          seen = [];
          const body = ["GET", "HEAD"].includes(method) ? "" : "{}";
          const status = await ask(url, method, `/pass${target}`, { authorization: "Bearer dummy" }, body);
          if (isListed(method, target)) {
            through++;
            expect([status, seen.length]).toEqual([200, 1]);
            const [, route, rest] = /^\/([^/]+)(.*)$/.exec(target) as unknown as [string, string, string];
            expect(seen[0]).toMatchObject({ method, url: route === "git" ? rest.slice("/github.com".length) : rest });
            const { authorization, "x-api-key": key } = (seen[0] as (typeof seen)[0]).headers;
            expect(key ?? authorization).toMatch(/real-key|git-token|^Basic /);
          } else {
            expect([400, 403]).toContain(status);
            expect(seen).toEqual([]);
          }
        },
      ),
      { numRuns: 3000 },
    );
    expect(through).toBeGreaterThan(50);
  });

  test.each([
    ["two names for the host", "Host: {host}\r\nHost: evil.example\r\n"],
    ["another host", "Host: evil.example\r\n"],
    ["another port", "Host: 127.0.0.1:1\r\n"],
    ["no host", ""],
    ["a header twice", "Host: {host}\r\nContent-Type: a\r\nContent-Type: b\r\n"],
    ["two lengths", "Host: {host}\r\nContent-Length: 2\r\nContent-Length: 3\r\n"],
    ["a length and chunks", "Host: {host}\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n"],
    ["an unknown coding", "Host: {host}\r\nTransfer-Encoding: gzip, chunked\r\n"],
    ["a coding in disguise", "Host: {host}\r\nTransfer-Encoding: xchunked\r\n"],
    ["a space before the colon", "Host: {host}\r\nX-A : b\r\n"],
    ["a folded header", "Host: {host}\r\nX-A: b\r\n c: d\r\n"],
    ["a bare carriage return", "Host: {host}\r\nX-A: b\rAuthorization: c\r\n"],
    ["a zero byte", "Host: {host}\r\nX-A: b\u0000c\r\n"],
    ["more headers than fit", `Host: {host}\r\nX-A: ${"a".repeat(70_000)}\r\n`],
  ])("not a request with %s", async (_, headers) => {
    seen = [];
    const { url } = gateways[0] as Opened;
    const text = headers.replace("{host}", new URL(url).host);
    const answer = await sendRaw(
      url,
      `POST /pass/anthropic/v1/messages HTTP/1.1\r\n${text}Connection: close\r\n\r\n{}`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 4(00|31) /);
    expect(seen).toEqual([]);
  });

  test.each([
    ["an absolute target", "POST http://evil.example/pass/anthropic/v1/messages HTTP/1.1"],
    ["its own absolute target", "POST http://{host}/pass/anthropic/v1/messages HTTP/1.1"],
    ["a star", "OPTIONS * HTTP/1.1"],
    ["a tunnel", "CONNECT api.anthropic.com:443 HTTP/1.1"],
    ["an old protocol", "POST /pass/anthropic/v1/messages HTTP/0.9"],
    ["a space in the target", "POST /pass/anthropic/v1/messages HTTP/1.1 HTTP/1.1"],
    ["letters beyond ASCII", "GET /pass/github/repos/ä HTTP/1.1"],
  ])("not %s", async (_, line) => {
    seen = [];
    const { url } = gateways[0] as Opened;
    const { host } = new URL(url);
    const answer = await sendRaw(url, `${line.replace("{host}", host)}\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(seen).toEqual([]);
  });

  test("not a body where there is none to be", async () => {
    seen = [];
    const { url } = gateways[0] as Opened;
    expect(await ask(url, "GET", "/pass/anthropic/v1/models", { "transfer-encoding": "chunked" }, "{}")).toBe(400);
    expect(await ask(url, "GET", "/pass/github/repos/a/b", {}, "{}")).toBe(400);
    expect(seen).toEqual([]);
  });

  test("no header of the agent's that would sign in, or make another request of it", async () => {
    seen = [];
    const { url } = gateways[0] as Opened;
    const disguise = {
      "x-http-method-override": "DELETE",
      "x-original-url": "/v1/files",
      "x-forwarded-host": "evil.example",
      forwarded: "host=evil.example",
      "private-token": "x",
      "proxy-authorization": "Basic x",
      cookie: "a=b",
      connection: "close, x-kept-back",
      "x-kept-back": "1",
    };
    await ask(url, "GET", "/pass/github/repos/a", { ...disguise, "x-kept": "1" });
    const { headers } = seen[0] as (typeof seen)[0];
    for (const name of Object.keys(disguise)) if (name !== "connection") expect(headers[name]).toBeUndefined();
    expect(headers).toMatchObject({ "x-kept": "1", authorization: "Bearer git-token" });
  });
});

describe("the pass", () => {
  afterEach(closeGateways);

  test("nothing answers without it", async () => {
    const { url } = await testGateway((_, response) => response.end("{}"));
    for (const path of [
      "/anthropic/v1/messages",
      "/wrong/anthropic/v1/messages",
      "/passanthropic/v1/messages",
      "//pass/anthropic/v1/messages",
      "/%70ass/anthropic/v1/messages",
      "/pass",
    ]) {
      expect(await ask(url, "POST", path, {}, "{}")).toBe(403);
    }
  });
});

test("a stand-in for one credential is not used for another", () => {
  const standIns = [{ host: "api.anthropic.com", url: "http://127.0.0.1:9", forKey: "demo" }];
  expect(upstreamOf("api.anthropic.com", standIns, "demo").href).toBe("http://127.0.0.1:9/");
  expect(upstreamOf("api.anthropic.com", standIns, "real").href).toBe("https://api.anthropic.com/");
  expect(upstreamOf("api.openai.com", standIns, "demo").href).toBe("https://api.openai.com/");
});
