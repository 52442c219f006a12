import type * as http from "node:http";
import { afterEach, describe, expect, test } from "vitest";
import { closeGateways, testGateway } from "../testing/gateway.ts";

afterEach(closeGateways);

const source = { sourceUrl: "https://git.example.com/a/b", gitToken: "git-token" };
const refs = "info/refs?service=git-upload-pack";

/** Answers what it was asked, in the type that git expects. */
const echo: http.RequestListener = (request, response) => {
  const service = /git-\w+-pack/.exec(request.url ?? "")?.[0];
  const kind = request.method === "GET" ? "advertisement" : "result";
  response.writeHead(200, { "content-type": `application/x-${service}-${kind}` });
  response.end(JSON.stringify({ url: request.url, authorization: request.headers.authorization ?? null }));
};

describe("the way to the task's repository", () => {
  test("is signed in with the token, with and without .git, at this one repository only", async () => {
    const { url } = await testGateway(echo, source);
    for (const name of ["a/b", "a/b.git"]) {
      expect(await (await fetch(`${url}/git/git.example.com/${name}/${refs}`)).json()).toEqual({
        url: `/${name}/${refs}`,
        authorization: `Basic ${Buffer.from("x-access-token:git-token").toString("base64")}`,
      });
    }
    for (const path of [
      `/git/github.com/a/b/${refs}`,
      `/git/${refs}`,
      `/git/git.example.com/a/c/${refs}`,
      `/git/git.example.com/a/b.gitx/${refs}`,
      `/git/git.example.com/a/b-c/${refs}`,
      `/git/git.example.com/a/b.git.git/${refs}`,
      `/git/git.example.com/a/b/.git/${refs}`,
      `/git/git.example.com/a/B/${refs}`,
      `/git/GIT.example.com/a/b/${refs}`,
      `/git/git.example.com/a/b%2egit/${refs}`,
      `/git/git.example.com/a/%62/${refs}`,
      `/git/git.example.com//a/b/${refs}`,
      `/git/git.example.com:443/a/b/${refs}`,
      `/git/git.example.com/a/b/c/${refs}`,
      "/git/git.example.com/a/b/HEAD",
      "/git/git.example.com/a/b/info/refs",
      "/git/git.example.com/a/b/info/refs?service=git-upload-archive",
      `/git/git.example.com/a/b/${refs}&service=git-receive-pack`,
      "/git/git.example.com/a/b/settings?/git-upload-pack",
    ]) {
      expect((await fetch(url + path)).status, path).toBe(403);
    }
  });

  test("is asked without a token where there is none", async () => {
    const { url } = await testGateway(echo, { sourceUrl: "https://git.example.com/a/b" });
    const answer = await fetch(`${url}/git/git.example.com/a/b/git-upload-pack`, { method: "POST", body: "0000" });
    expect(await answer.json()).toMatchObject({ authorization: null });
  });

  test.each([
    ["its own other spelling", "/a/b.git/info/refs?service=git-upload-pack", "/pass/git/git.example.com/a/b.git"],
    ["its full address", "https://git.example.com/a/b.git/info/refs?service=git-upload-pack", "/a/b.git"],
  ])("a redirect to %s stays in the gateway", async (_, location, path) => {
    const { url } = await testGateway((_, response) => response.writeHead(301, { location }).end(), source);
    const answer = await fetch(`${url}/git/git.example.com/a/b/${refs}`, { redirect: "manual" });
    expect(answer.headers.get("location")).toContain(`${path}/info/refs?service=git-upload-pack`);
  });

  test.each([
    ["/new/b/info/refs?service=git-upload-pack", "moved to https://git.example.com/new/b: give the task that"],
    ["https://evil.example/a/b/info/refs?service=git-upload-pack", "git.example.com sends git on to evil.example."],
    ["//evil.example/a/b/info/refs", "git.example.com sends git on to evil.example."],
  ])("a redirect to %s is refused in plain words", async (location, words) => {
    const { url } = await testGateway((_, response) => response.writeHead(302, { location }).end("go"), source);
    const answer = await fetch(`${url}/git/git.example.com/a/b/${refs}`, { redirect: "manual" });
    expect(answer.status).toBe(502);
    expect(answer.headers.get("location")).toBeNull();
    expect(await answer.text()).toContain(words);
  });

  test("a page that is no advertisement of refs is refused, an error passes", async () => {
    const { url } = await testGateway((request, response) => {
      const status = request.url?.includes("receive") ? 404 : 200;
      response.writeHead(status, { "content-type": "text/html", "www-authenticate": "Basic", "set-cookie": "a=b" });
      response.end("<h1>Sign in</h1>");
    }, source);
    const page = await fetch(`${url}/git/git.example.com/a/b/${refs}`);
    expect(page.status).toBe(502);
    expect(await page.text()).toBe("git.example.com did not answer as a git server does. Is the source URL right?\n");
    const error = await fetch(`${url}/git/git.example.com/a/b/info/refs?service=git-receive-pack`);
    expect([error.status, await error.text()]).toEqual([404, "<h1>Sign in</h1>"]);
    expect(error.headers.get("www-authenticate") ?? error.headers.get("set-cookie")).toBeNull();
  });
});

describe("the way to GitHub's API", () => {
  test("gets the token only where the source is on GitHub", async () => {
    const github = await testGateway(echo, { sourceUrl: "https://github.com/a/b", gitToken: "git-token" });
    expect(await (await fetch(`${github.url}/github/repos/a/b?page=2`)).json()).toEqual({
      url: "/repos/a/b?page=2",
      authorization: "Bearer git-token",
    });
    const other = await testGateway(echo, source);
    expect(await (await fetch(`${other.url}/github/repos/a/b`)).json()).toMatchObject({ authorization: null });
  });

  test("stays in the gateway on a redirect, but for archives and logs elsewhere", async () => {
    const { url } = await testGateway(
      (request, response) => {
        const away = request.url?.endsWith("/tarball");
        response.writeHead(302, { location: away ? "https://codeload.example/x?token=y" : "/repositories/1" }).end();
      },
      { sourceUrl: "https://github.com/a/b", gitToken: "git-token" },
    );
    const at = (path: string) => fetch(url + path, { redirect: "manual" });
    expect((await at("/github/repos/a/b")).headers.get("location")).toBe("/pass/github/repositories/1");
    expect((await at("/github/repos/a/b/tarball")).headers.get("location")).toBe("https://codeload.example/x?token=y");
  });
});
