import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type HttpFront, startHttpFront } from "./http-front.ts";
import { servePages } from "./pages.ts";

let folder: string;
let front: HttpFront;

beforeEach(async () => {
  const dir = mkdtempSync(join(tmpdir(), "errand-pages-"));
  folder = join(dir, "dist");
  writeFileSync(join(dir, "secret.txt"), "not for you");
  front = await startHttpFront({
    port: 0,
    stage: "local",
    accountId: "000000000000",
    invoke: async () => ({ statusCode: 200, body: "api" }),
    pages: servePages(folder),
  });
});
afterEach(async () => {
  await front.close(0);
  rmSync(join(folder, ".."), { recursive: true, force: true });
});

function build(page = "<p>console</p>"): void {
  mkdirSync(join(folder, "assets"), { recursive: true });
  writeFileSync(join(folder, "assets", "index-abc.js"), "1");
  writeFileSync(join(folder, "icon.svg"), "<svg/>");
  writeFileSync(join(folder, "index.html"), page);
}

/** A path as it is: `fetch` would tidy the dots away. */
function raw(path: string): Promise<{ status: number | undefined; text: string }> {
  return new Promise((resolve, reject) => {
    request({ host: "127.0.0.1", port: front.port, path }, (response) => {
      let text = "";
      response.on("data", (chunk) => {
        text += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode, text }));
    })
      .on("error", reject)
      .end();
  });
}

test("every page of the console is index.html, asked for anew each time", async () => {
  build();
  for (const path of ["/", "/tasks", "/runs/run_01J", "/tasks?create=true", "/index.html"]) {
    const response = await fetch(front.url + path);
    expect([response.status, await response.text()]).toEqual([200, "<p>console</p>"]);
    expect(response.headers.get("cache-control")).toBe("no-cache");
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
  }
});

test("hashed files are kept for a year, the others are not, and one that is gone is not a page", async () => {
  build();
  const asset = await fetch(`${front.url}/assets/index-abc.js`);
  expect(asset.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
  expect(asset.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
  const icon = await fetch(`${front.url}/icon.svg`);
  expect([icon.headers.get("cache-control"), icon.headers.get("content-type")]).toEqual(["no-cache", "image/svg+xml"]);
  expect((await fetch(`${front.url}/assets/index-old.js`)).status).toBe(404);
});

test("the policy allows no inline script, no frame and no other origin", async () => {
  build();
  const { headers } = await fetch(front.url);
  const policy = headers.get("content-security-policy") ?? "";
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self';");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toMatch(/script-src[^;]*unsafe|https?:|\*/);
  expect(headers.get("x-content-type-options")).toBe("nosniff");
  expect(headers.get("referrer-policy")).toBe("no-referrer");
});

test("no path leads out of the folder", async () => {
  build();
  for (const path of ["/../secret.txt", "/assets/../../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt"]) {
    const { text } = await raw(path);
    expect(text).not.toContain("not for you");
  }
});

test("a change is not a page, HEAD has no body, and /api stays the API's", async () => {
  build();
  expect((await fetch(front.url, { method: "POST" })).status).toBe(405);
  const head = await fetch(front.url, { method: "HEAD" });
  expect([head.status, head.headers.get("content-length"), await head.text()]).toEqual([200, "14", ""]);
  expect(await (await fetch(`${front.url}/api/health`)).text()).toBe("api");
});

test("before the console is built a page says how to, and a new build is served without a restart", async () => {
  const before = await fetch(front.url);
  expect([before.status, await before.text()]).toEqual([503, expect.stringContaining("npm run build:web")]);
  build();
  expect(await (await fetch(front.url)).text()).toBe("<p>console</p>");
});
