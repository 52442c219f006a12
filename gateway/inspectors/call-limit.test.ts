import type * as http from "node:http";
import { afterEach, describe, expect, test } from "vitest";
import { closeGateways, testGateway } from "../testing/gateway.ts";
import { openaiStream, sse } from "../testing/streams.ts";

afterEach(closeGateways);

const post = (url: string, init: RequestInit = {}) => fetch(url, { method: "POST", body: "{}", ...init });

describe("the turns of a run", () => {
  test("refuses the call after the last turn, without asking the provider", async () => {
    const { url, calls, observations } = await testGateway(sse(openaiStream), {
      provider: "openai",
      countTurns: true,
      maxTurns: 2,
    });
    const statuses = [];
    for (let i = 0; i < 3; i++) {
      const response = await post(`${url}/openai/v1/responses`);
      statuses.push(response.status);
      await response.text();
    }
    expect(statuses).toEqual([200, 200, 400]);
    expect(observations).toMatchObject({ answered: 2, turnsUsedUp: true });
    await expect.poll(() => calls.length).toBe(2);
  });

  test("are not exceeded by calls made at the same time", async () => {
    const waiting: (() => void)[] = [];
    const { url, observations } = await testGateway(
      (request, response) =>
        waiting.push(() => sse(openaiStream)(request, response as http.ServerResponse<typeof request>)),
      { provider: "openai", countTurns: true, maxTurns: 2 },
    );
    const answers = Array.from({ length: 6 }, () => post(`${url}/openai/v1/responses`));
    await expect.poll(() => waiting.length).toBe(2);
    for (const goOn of waiting.splice(0)) goOn();
    const statuses = (await Promise.all(answers)).map(({ status }) => status);
    expect(statuses.sort()).toEqual([200, 200, 400, 400, 400, 400]);
    expect(observations.turnsUsedUp).toBe(true);
  });

  test("are not used up by calls that were refused", async () => {
    let times = 0;
    const { url, observations } = await testGateway(
      (request, response) => {
        times++;
        if (times > 2) return sse(openaiStream)(request, response as http.ServerResponse<typeof request>);
        response.writeHead(429, { "content-type": "application/json" }).end('{"error":{"code":"rate_limit_exceeded"}}');
      },
      { provider: "openai", countTurns: true, maxTurns: 1 },
    );
    const statuses: number[] = [];
    for (let asked = 0; asked < 4; asked++) {
      const answer = await post(`${url}/openai/v1/responses`);
      statuses.push(answer.status);
      await answer.text();
    }
    expect(statuses).toEqual([429, 429, 200, 400]);
    expect(observations).toMatchObject({ answered: 1, turnsUsedUp: true });
  });
});
