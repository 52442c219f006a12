import { afterEach, describe, expect, test } from "vitest";
import { Message } from "./http/message.ts";
import { type Ending, type Inspector, plainRefusal, type Route } from "./route.ts";
import { startGateway } from "./server.ts";
import { closeGateways, closeLater, startUpstream } from "./testing/gateway.ts";

afterEach(closeGateways);

const stream = ["one", "two", "three"].map((text) => `event: word\ndata: {"text":"${text}"}\n\n`);
const wordOf = (message: Message) => (message.json() as { text: string }).text;

/** A gateway with these inspectors, before an upstream that keeps what it was sent and answers with three words. */
async function words(inspectors: Inspector[], streamed = true) {
  let sent = "";
  const upstream = await startUpstream((request, response) => {
    request.on("data", (bytes) => {
      sent += bytes;
    });
    request.on("end", () => {
      response.writeHead(200, { "content-type": streamed ? "text/event-stream" : "application/json" });
      response.end(streamed ? stream.join("") : '{"text":"all"}');
    });
  });
  const route: Route = {
    name: "words",
    upstream: new URL(upstream.url),
    transport: "read",
    find: ({ path }) => ({ kind: "call", path }),
    inspectors,
    redirect: (location) => ({ elsewhere: location }),
    refusal: plainRefusal,
  };
  const gateway = await startGateway({ pass: "pass", routes: [route] });
  closeLater(gateway.close);
  const ask = (body: string) => fetch(`${gateway.url}/words/say`, { method: "POST", body });
  return { ask, sent: () => sent };
}

describe("an inspector", () => {
  test("sees a request's members and changes one, and every other byte stays as it was", async () => {
    const { ask, sent } = await words([
      ({ body }) => {
        expect(body?.get("level")).toBe(3);
        body?.set("level", 1);
        body?.set("new", ["x"]);
        return undefined;
      },
    ]);
    await (await ask('{ "big": 12345678901234567890, "level" : 3,  "text":"\\u00e4 {\\"level\\": 9}" }')).text();
    expect(sent()).toBe('{ "big": 12345678901234567890, "level" :1,  "text":"\\u00e4 {\\"level\\": 9}" ,"new":["x"]}');
  });

  test("refuses, so that nothing leaves and no later one is asked", async () => {
    const endings: Ending[] = [];
    const watch = { end: (how: Ending) => void endings.push(how) as undefined };
    const { ask, sent } = await words([
      () => ({ watch }),
      ({ body }) => (body?.get("bad") ? { refuse: { status: 451, message: "Not this." } } : undefined),
      () => expect.unreachable(),
    ]);
    const answer = await ask('{"bad":true}');
    expect([answer.status, await answer.text(), sent()]).toEqual([451, "Not this.\n", ""]);
    expect(endings).toEqual(["refused"]);
  });

  test("that fails lets nothing out, and the next request finds the gateway as it was", async () => {
    let times = 0;
    const { ask, sent } = await words([
      () => {
        if (times++ === 0) throw new Error("a fault");
        return undefined;
      },
    ]);
    expect([(await ask("{}")).status, sent()]).toEqual([500, ""]);
    expect([(await ask("{}")).status, sent()]).toEqual([200, "{}"]);
  });

  test("refuses an answer before any of it is passed on", async () => {
    const { ask } = await words([
      () => ({ watch: { head: (status) => ({ status: 502, message: `It said ${status}.` }) } }),
    ]);
    const answer = await ask("{}");
    expect([answer.status, await answer.text()]).toEqual([502, "It said 200.\n"]);
  });

  test("changes an event of a stream, and takes one out", async () => {
    const { ask } = await words([
      () => ({
        watch: {
          message: (message) => {
            if (wordOf(message) === "one") return [];
            return [wordOf(message) === "two" ? message.with({ text: "zwei" }) : message];
          },
        },
      }),
    ]);
    expect(await (await ask("{}")).text()).toBe(`event: word\ndata: {"text":"zwei"}\n\n${stream[2]}`);
  });

  test("holds events back until it has seen enough, at the latest at the end", async () => {
    const held: Message[] = [];
    const { ask } = await words([
      () => ({
        watch: {
          message: (message) => {
            held.push(message);
            return wordOf(message) === "two" ? held.splice(0).reverse() : [];
          },
          end: () => [...held, new Message(Buffer.from("data: [DONE]\n\n"), true)],
        },
      }),
    ]);
    expect(await (await ask("{}")).text()).toBe(`${stream[1]}${stream[0]}${stream[2]}data: [DONE]\n\n`);
  });

  test("sees an answer that is not streamed as one message", async () => {
    const { ask } = await words(
      [() => ({ watch: { message: (message) => [message.with({ text: wordOf(message).toUpperCase() })] } })],
      false,
    );
    const answer = await ask("{}");
    expect(answer.headers.get("content-length")).toBe("14");
    expect(await answer.json()).toEqual({ text: "ALL" });
  });

  test("sees requests in order, and answers the other way round", async () => {
    const seen: string[] = [];
    const noted =
      (name: string): Inspector =>
      () => {
        seen.push(`${name} asked`);
        const message = (it: Message) => {
          seen.push(`${name} ${wordOf(it)}`);
          return [it];
        };
        return { watch: { message } };
      };
    const { ask } = await words([noted("outer"), noted("inner")], false);
    await (await ask("{}")).text();
    expect(seen).toEqual(["outer asked", "inner asked", "inner all", "outer all"]);
  });

  test.each([
    ["no JSON", "{"],
    ["no object", "[]"],
    ["two objects", '{"a":1}{"b":2}'],
    ["a comment", '{"a":1/*"b":2*/}'],
    ["a name twice", '{"a":1,"b":{},"a":2}'],
    ["a name twice in disguise", '{"a":1,"\\u0061":2}'],
    ["a name twice further in", '{"tools":[{"type":"x","name":"n","type":"y"}]}'],
    ["bytes that are no UTF-8", Buffer.from([0x7b, 0x22, 0xc3, 0x22, 0x3a, 0x31, 0x7d])],
    ["a byte order mark", '\ufeff{"a":1}'],
  ])("is not shown %s: it could mean something else to the provider", async (_, body) => {
    const { ask, sent } = await words([() => expect.unreachable()]);
    expect((await ask(body as string)).status).toBe(400);
    expect(sent()).toBe("");
  });
});
