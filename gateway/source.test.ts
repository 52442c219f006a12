import type * as http from "node:http";
import { afterEach, describe, expect, test } from "vitest";
import { closeGateways, testGateway } from "./testing/gateway.ts";

afterEach(closeGateways);

describe("the way to the source host", () => {
  const echo: http.RequestListener = (request, response) =>
    response.end(JSON.stringify({ url: request.url, authorization: request.headers.authorization ?? null }));

  test("signs git in with the token, at the task's own host only", async () => {
    const { url } = await testGateway(echo, { sourceUrl: "https://git.example.com/a/b", gitToken: "git-token" });
    const refs = "a/b.git/info/refs?service=git-upload-pack";
    expect(await (await fetch(`${url}/git/git.example.com/${refs}`)).json()).toEqual({
      url: `/${refs}`,
      authorization: `Basic ${Buffer.from("x-access-token:git-token").toString("base64")}`,
    });
    for (const path of [`/git/github.com/${refs}`, "/git/git.example.com/a/b/HEAD", `/git/${refs}`]) {
      expect((await fetch(url + path)).status).toBe(403);
    }
  });

  test("asks without a token where there is none", async () => {
    const { url } = await testGateway(echo, { sourceUrl: "https://git.example.com/a/b" });
    const answer = await (
      await fetch(`${url}/git/git.example.com/a/b/git-upload-pack`, { method: "POST", body: "0000" })
    ).json();
    expect(answer).toMatchObject({ authorization: null });
  });

  test("a redirect within the host stays in the gateway, one to elsewhere is the agent's own affair", async () => {
    const { url } = await testGateway(
      (request, response) => {
        const away = request.url?.startsWith("/away/");
        response.writeHead(301, {
          location: away ? "https://evil.example/x" : "/new/b/info/refs?service=git-upload-pack",
        });
        response.end();
      },
      { sourceUrl: "https://git.example.com/a/b", gitToken: "git-token" },
    );
    const at = (name: string) =>
      fetch(`${url}/git/git.example.com/${name}/b/info/refs?service=git-upload-pack`, { redirect: "manual" });
    expect((await at("old")).headers.get("location")).toBe(
      "/pass/git/git.example.com/new/b/info/refs?service=git-upload-pack",
    );
    expect((await at("away")).headers.get("location")).toBe("https://evil.example/x");
  });

  test("GitHub's API gets the token only where the source is on GitHub", async () => {
    const github = await testGateway(echo, { sourceUrl: "https://github.com/a/b", gitToken: "git-token" });
    expect(await (await fetch(`${github.url}/github/repos/a/b`)).json()).toEqual({
      url: "/repos/a/b",
      authorization: "Bearer git-token",
    });
    const other = await testGateway(echo, { sourceUrl: "https://git.example.com/a/b", gitToken: "git-token" });
    expect(await (await fetch(`${other.url}/github/repos/a/b`)).json()).toMatchObject({ authorization: null });
  });
});
