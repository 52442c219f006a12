import type { Context } from "aws-lambda";
import { expect, test } from "vitest";
import { countdown, createLambdaHost, type DeadLetter, type LambdaFunction } from "./lambda-host.ts";

function host(handler: LambdaFunction["handler"], timeoutMs = 5_000, retries?: number) {
  const letters: DeadLetter[] = [];
  const errors: unknown[] = [];
  const lambda = createLambdaHost({
    region: "eu-north-1",
    accountId: "000000000000",
    functions: { "local-errand-api": { handler, timeoutMs, retries } },
    onError: (_, error) => errors.push(error),
    onDeadLetter: (letter) => letters.push(letter),
    retryDelaysMs: [1, 1],
  });
  return { lambda, letters, errors };
}

const arn = "arn:aws:lambda:eu-north-1:000000000000:function:local-errand-api";

test("a handler gets a JSON copy of the event and a context, by name or by ARN", async () => {
  const seen: { event: { at: string }; context: Context }[] = [];
  const { lambda } = host((event, context) => {
    seen.push({ event, context });
    return { left: context.getRemainingTimeInMillis() > 4_000, gone: undefined };
  });
  const event = { at: new Date(0) };
  expect(await lambda.invoke("local-errand-api", event)).toEqual({ left: true });
  await lambda.invoke(arn, event);
  expect(seen[0]?.event).toEqual({ at: "1970-01-01T00:00:00.000Z" });
  expect(seen.map(({ context }) => context.invokedFunctionArn)).toEqual([arn, arn]);
  expect(seen[0]?.context.awsRequestId).not.toBe(seen[1]?.context.awsRequestId);
});

test("an unknown function is refused", async () => {
  const { lambda } = host(() => 1);
  await expect(lambda.invoke("other", {})).rejects.toMatchObject({ errorType: "ResourceNotFoundException" });
  await expect(lambda.send("other", {})).rejects.toThrow("Function not found");
});

test("a handler that throws is reported whole, and to its caller by type and message", async () => {
  const { lambda, errors } = host(() => {
    throw new TypeError("broken");
  });
  await expect(lambda.invoke(arn, {})).rejects.toMatchObject({ errorType: "TypeError", message: "broken" });
  expect(errors).toEqual([new TypeError("broken")]);
});

test("a handler over its time limit is given up", async () => {
  const { lambda } = host(() => new Promise(() => {}), 20);
  await expect(lambda.invoke(arn, {})).rejects.toThrow(/Task timed out after 0\.02 seconds/);
});

test("a night that the machine sleeps through is no time of a handler", () => {
  let now = 1_000;
  const left = countdown(29_000, () => now);
  for (let second = 0; second < 10; second += 1) {
    now += 1_000;
    left();
  }
  now += 8 * 3_600_000;
  expect(left()).toBe(17_000);
  now += 500;
  expect(left()).toBe(16_500);
});

test("an asynchronous event is repeated twice, then it is a dead letter", async () => {
  const events: unknown[] = [];
  const { lambda, letters } = host((event) => {
    events.push(event);
    throw new Error("no");
  });
  await lambda.send(arn, { slot: "a" });
  expect(events).toEqual([{ slot: "a" }, { slot: "a" }, { slot: "a" }]);
  expect(letters).toMatchObject([
    { functionName: "local-errand-api", event: { slot: "a" }, error: "FunctionError: no" },
  ]);
});

test("an asynchronous event that succeeds the second time is delivered", async () => {
  let calls = 0;
  const { lambda, letters } = host(() => {
    calls += 1;
    if (calls === 1) throw new Error("once");
  });
  await lambda.send(arn, {});
  expect([calls, letters]).toEqual([2, []]);
});

test("a function without retries has one attempt", async () => {
  const handler = () => {
    throw new Error("no");
  };
  const { lambda, letters, errors } = host(handler, 5_000, 0);
  await lambda.send(arn, {});
  expect([errors.length, letters.length]).toEqual([1, 1]);
});

test("draining waits for what runs, and tells senders that their event was not dealt with", async () => {
  let finish = () => {};
  let finished = false;
  const { lambda, letters } = host(async () => {
    await new Promise<void>((resolve) => {
      finish = resolve;
    });
    finished = true;
    throw new Error("late");
  });
  const sent = lambda.send(arn, {});
  const refused = expect(sent).rejects.toThrow("aborted");
  const drained = lambda.drain(5_000);
  finish();
  await Promise.all([drained, refused]);
  expect([finished, letters]).toEqual([true, []]);
});
