import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { refresh } from "./refresh.ts";

const digest = `sha256:${"ab".repeat(32)}`;

/** A registry that wants a token, as Docker Hub does, and has one image. */
async function registry(): Promise<string> {
  const server = createServer((request, response) => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    if (request.url?.startsWith("/token?service=hub&scope=repository")) {
      response.end(JSON.stringify({ token: "t" }));
    } else if (request.headers.authorization !== "Bearer t") {
      const scope = "repository:library/node:pull";
      response
        .writeHead(401, { "www-authenticate": `Bearer realm="${url}/token",service="hub",scope="${scope}"` })
        .end();
    } else if (request.url === "/v2/library/node/manifests/24-bookworm-slim") {
      response.writeHead(200, { "docker-content-digest": digest }).end();
    } else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function baseFile(image: string): string {
  const folder = mkdtempSync(join(tmpdir(), "errand-base-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "base.json");
  writeFileSync(file, JSON.stringify({ image, refreshed: "2026-01-01" }));
  return file;
}

it.each(["node:24-bookworm-slim", "node:24-bookworm-slim@sha256:old"])("pins %s to today's digest", async (image) => {
  const file = baseFile(image);
  await refresh(file, { registry: await registry(), today: "2027-01-31" });
  const pinned = { image: `node:24-bookworm-slim@${digest}`, refreshed: "2027-01-31" };
  expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(pinned);
});

it("changes nothing where the registry has no such image", async () => {
  const file = baseFile("node:0-gone");
  await expect(refresh(file, { registry: await registry(), today: "2027-01-31" })).rejects.toThrow(/node:0-gone\?/);
  expect(readFileSync(file, "utf8")).toContain("2026-01-01");
});
