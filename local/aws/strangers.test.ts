import { request } from "node:http";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { expect, it } from "vitest";
import { refusal, testAws } from "./test-aws.ts";

it("with an access key of its own, the local AWS answers nobody who does not know it", async () => {
  const { client, server } = await testAws({ accessKeyId: "made-up-at-start" });
  const ask = (accessKeyId: string) =>
    new STSClient({ ...client, credentials: { accessKeyId, secretAccessKey: "x" } }).send(
      new GetCallerIdentityCommand({}),
    );
  expect((await ask("made-up-at-start")).Account).toBe("000000000000");
  expect(await refusal(ask("test"))).toContain("security token included in the request is invalid");
  expect((await fetch(server.url, { method: "POST", body: "{}" })).status).toBe(403);
});

it("the local AWS answers no other name than that of this machine, so that no web page can reach it by one of its own", async () => {
  const { server } = await testAws();
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const options = { method: "POST", headers: { host: "evil.example" } };
    request(server.url, options, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on("error", reject)
      .end("{}");
  });
  expect(status).toBe(403);
});
