import {
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  CreateScheduleGroupCommand,
  DeleteScheduleCommand,
  GetScheduleCommand,
  GetScheduleGroupCommand,
  ListSchedulesCommand,
  SchedulerClient,
  UpdateScheduleCommand,
} from "@aws-sdk/client-scheduler";
import { describe, expect, it } from "vitest";
import type { AwsOptions } from "../server.ts";
import { refusal, temporaryFolder, testAws } from "../test-aws.ts";

const HOUR = 3_600_000;
const LAMBDA = "arn:aws:lambda:eu-west-1:000000000000:function:test-errand-dispatcher";
const hourly = (over: Partial<CreateScheduleCommandInput> = {}): CreateScheduleCommandInput => ({
  Name: "a",
  ScheduleExpression: "cron(0 * * * ? *)",
  FlexibleTimeWindow: { Mode: "OFF" },
  Target: {
    Arn: LAMBDA,
    RoleArn: "arn:aws:iam::000000000000:role/scheduler",
    Input:
      '{"slot":"<aws.scheduler.scheduled-time>","id":"<aws.scheduler.execution-id>","n":"<aws.scheduler.attempt-number>"}',
  },
  ...over,
});
const withPolicy = (policy: { MaximumRetryAttempts?: number; MaximumEventAgeInSeconds?: number }) => ({
  ...hourly(),
  Target: {
    ...hourly().Target,
    RetryPolicy: policy,
    DeadLetterConfig: { Arn: "arn:aws:sqs:eu-west-1:000000000000:dead" },
  } as CreateScheduleCommandInput["Target"],
});

async function schedulerClient(options: Partial<AwsOptions> = {}) {
  const aws = await testAws(options);
  const scheduler = new SchedulerClient(aws.client);
  return {
    ...aws,
    scheduler,
    create: (input: CreateScheduleCommandInput) => scheduler.send(new CreateScheduleCommand(input)),
    slots: () => aws.invocations.map(({ payload }) => JSON.parse(payload).slot as string),
  };
}

describe("a schedule", () => {
  it("calls its target once a slot, with the placeholders filled in", async () => {
    const { create, server, clock, invocations } = await schedulerClient();
    await create(hourly());
    await server.tick();
    expect(invocations).toEqual([]);
    clock.now = Date.parse("2026-03-01T01:00:00Z");
    await server.tick();
    await server.tick();
    expect(invocations).toHaveLength(1);
    expect(invocations[0]?.arn).toBe(LAMBDA);
    expect(JSON.parse(invocations[0]?.payload ?? "")).toEqual({
      slot: "2026-03-01T01:00:00Z",
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      n: "1",
    });
  });

  it("with a flexible window is called at a moment of it, the same at each slot, with the slot as its time", async () => {
    const { create, server, clock, slots } = await schedulerClient();
    const minutes: number[] = [];
    await create(hourly({ FlexibleTimeWindow: { Mode: "FLEXIBLE", MaximumWindowInMinutes: 30 } }));
    for (const hour of ["2026-03-01T01:00:00Z", "2026-03-01T02:00:00Z"]) {
      const before = slots().length;
      for (let minute = 0; minute <= 30; minute += 1) {
        clock.now = Date.parse(hour) + minute * 60_000;
        await server.tick();
        if (slots().length > before) minutes[before] ??= minute;
      }
      expect(slots().slice(before)).toEqual([hour]);
    }
    expect(minutes[0]).toBe(minutes[1]);
    expect(minutes[0]).toBeGreaterThan(0);
  });

  it("spreads many of the same slot over the window, and each is delivered when the server was down meanwhile", async () => {
    const dataDir = await temporaryFolder();
    const before = await schedulerClient({ dataDir });
    const names = Array.from({ length: 60 }, (_, n) => `task-${n}`);
    for (const Name of names) {
      await before.create(hourly({ Name, FlexibleTimeWindow: { Mode: "FLEXIBLE", MaximumWindowInMinutes: 60 } }));
    }
    const counts: number[] = [];
    for (const minute of [0, 20, 40]) {
      before.clock.now = Date.parse("2026-03-01T01:00:00Z") + minute * 60_000;
      await before.server.tick();
      counts.push(before.slots().length);
    }
    expect(counts[0]).toBeLessThan(5);
    expect(counts[1]).toBeGreaterThan(8);
    expect((counts[2] ?? 0) - (counts[1] ?? 0)).toBeGreaterThan(8);
    expect(counts[2]).toBeLessThan(52);
    await before.server.close();
    const after = await schedulerClient({ dataDir });
    after.clock.now = Date.parse("2026-03-01T01:59:59Z");
    await after.server.tick();
    expect(before.slots().length + after.slots().length).toBe(60);
  });

  it("that fails is tried again for its whole event age, counted from the moment of its window", async () => {
    let calls = 0;
    const invoke = async () => {
      calls += 1;
      throw new Error("not now");
    };
    const { create, server, clock } = await schedulerClient({ invoke });
    const { Target } = withPolicy({ MaximumEventAgeInSeconds: 60 });
    const FlexibleTimeWindow = { Mode: "FLEXIBLE" as const, MaximumWindowInMinutes: 1440 };
    await create(hourly({ ScheduleExpression: "cron(0 12 1 3 ? 2026)", FlexibleTimeWindow, Target }));
    for (clock.now = Date.parse("2026-03-01T12:00:00Z"); calls === 0; clock.now += 10_000) await server.tick();
    clock.now += 10_000;
    await server.tick();
    expect(calls).toBe(2);
  });

  it.each(["while it runs", "while it is down"])(
    "fires on when a clock that ran ahead a day is set right %s",
    async (how) => {
      const dataDir = await temporaryFolder();
      const before = await schedulerClient({ dataDir });
      const { clock } = before;
      const right = clock.now;
      const rate = hourly({ Name: "b", ScheduleExpression: "rate(1 minute)" });
      await before.create(hourly());
      clock.now = right + 24 * HOUR;
      await before.create(rate);
      await before.server.tick();
      clock.now += HOUR;
      await before.server.tick();
      if (how === "while it is down") await before.server.close();
      const after = how === "while it is down" ? await schedulerClient({ dataDir }) : before;
      after.clock.now = right;
      await after.server.tick();
      const known = after.slots().length;
      after.clock.now = Date.parse("2026-03-01T01:00:30Z");
      await after.server.tick();
      await after.server.tick();
      expect(after.slots().slice(known).sort()).toEqual(["2026-03-01T01:00:00Z", "2026-03-01T01:00:30Z"]);
    },
  );

  it("delivers at its time what was due only by a clock that ran ahead", async () => {
    let fails = true;
    const delivered: string[] = [];
    const invoke = async (_: string, payload: string) => {
      if (fails) throw new Error("not now");
      delivered.push(JSON.parse(payload).slot);
    };
    const { create, server, clock } = await schedulerClient({ invoke });
    const right = clock.now;
    await create(hourly({ ScheduleExpression: "at(2026-03-01T12:00:00)", ActionAfterCompletion: "DELETE" }));
    clock.now = right + 24 * HOUR;
    await server.tick();
    fails = false;
    clock.now = right;
    await server.tick();
    expect(delivered).toEqual([]);
    clock.now = Date.parse("2026-03-01T12:00:10Z");
    await server.tick();
    expect(delivered).toEqual(["2026-03-01T12:00:00Z"]);
  });

  it("skips a local time that the clock skips and takes a repeated one once", async () => {
    const { create, server, clock, slots } = await schedulerClient();
    const ScheduleExpressionTimezone = "Europe/Berlin";
    await create(hourly({ ScheduleExpression: "cron(30 2 * * ? *)", ScheduleExpressionTimezone }));
    const minutes = (from: string, to: string) => [Date.parse(from), Date.parse(to)] as const;
    for (const [from, to] of [
      minutes("2026-03-28T12:00:00Z", "2026-03-29T12:00:00Z"),
      minutes("2026-10-24T12:00:00Z", "2026-10-25T12:00:00Z"),
    ]) {
      clock.now = from;
      await server.tick();
      for (; clock.now < to; clock.now += HOUR / 2) await server.tick();
    }
    // The first tick of each stretch makes up for the slot before it.
    expect(slots()).toEqual(["2026-03-28T01:30:00Z", "2026-10-24T00:30:00Z", "2026-10-25T00:30:00Z"]);
  });

  it("makes up for the latest slot that was missed, within the event's age", async () => {
    const { create, server, clock, slots } = await schedulerClient();
    await create(hourly());
    clock.now = Date.parse("2026-03-01T09:59:00Z");
    await server.tick();
    expect(slots()).toEqual(["2026-03-01T09:00:00Z"]);
    await create(hourly({ Name: "daily", ScheduleExpression: "cron(0 0 1 * ? *)" }));
    clock.now = Date.parse("2026-04-20T00:30:00Z");
    await server.tick();
    expect(slots()).toEqual(["2026-03-01T09:00:00Z", "2026-04-20T00:00:00Z"]);
  });

  it("by rate starts at once, or at its StartDate, and ends with its EndDate", async () => {
    const { create, server, clock, slots } = await schedulerClient();
    await create(hourly({ ScheduleExpression: "rate(1 minute)" }));
    const StartDate = new Date(clock.now + 90_000);
    const EndDate = new Date(clock.now + 100_000);
    await create(hourly({ Name: "b", ScheduleExpression: "rate(1 minute)", StartDate, EndDate }));
    for (let tick = 0; tick < 6; tick += 1, clock.now += 30_000) await server.tick();
    expect(slots()).toEqual([
      "2026-03-01T00:00:30Z",
      "2026-03-01T00:01:30Z",
      "2026-03-01T00:02:00Z",
      "2026-03-01T00:02:30Z",
    ]);
  });

  it("for one time goes after it was delivered, when it is asked to", async () => {
    const { create, server, clock, scheduler, slots } = await schedulerClient();
    const ScheduleExpression = "at(2026-03-01T02:00:00)";
    await create(hourly({ Name: "gone", ScheduleExpression, ActionAfterCompletion: "DELETE" }));
    await create(hourly({ Name: "stays", ScheduleExpression }));
    clock.now += 3 * HOUR;
    await server.tick();
    await server.tick();
    expect(slots()).toEqual(["2026-03-01T02:00:00Z", "2026-03-01T02:00:00Z"]);
    const list = await scheduler.send(new ListSchedulesCommand({}));
    expect(list.Schedules?.map((each) => each.Name)).toEqual(["stays"]);
  });

  it("that is disabled fires nothing, and from the next slot on when it is enabled again", async () => {
    const { create, server, clock, scheduler, slots } = await schedulerClient();
    await create(hourly({ State: "DISABLED" }));
    clock.now += 5 * HOUR;
    await server.tick();
    await scheduler.send(new UpdateScheduleCommand(hourly({ State: "ENABLED" })));
    await server.tick();
    expect(slots()).toEqual([]);
    clock.now += HOUR;
    await server.tick();
    expect(slots()).toEqual(["2026-03-01T06:00:00Z"]);
  });
});

describe("a target that fails", () => {
  it("is tried again with a growing pause, under the same execution id", async () => {
    const seen: string[] = [];
    const invoke = async (_arn: string, payload: string) => {
      seen.push(payload);
      if (seen.length < 3) throw new Error("not now");
    };
    const { create, server, clock } = await schedulerClient({ invoke });
    await create(hourly());
    clock.now += HOUR;
    for (let second = 0; second < 20; second += 1, clock.now += 1000) await server.tick();
    const calls = seen.map((payload) => JSON.parse(payload));
    expect(calls.map((call) => call.n)).toEqual(["1", "2", "3"]);
    expect(new Set(calls.map((call) => call.id)).size).toBe(1);
    expect(server.deadLetters()).toEqual([]);
  });

  it("becomes a dead letter after its retries, or when the event is too old", async () => {
    const invoke = async () => {
      throw new Error("never");
    };
    const { create, server, clock } = await schedulerClient({ invoke });
    await create(withPolicy({ MaximumRetryAttempts: 1 }));
    await create({ ...withPolicy({ MaximumEventAgeInSeconds: 60 }), Name: "b" });
    clock.now = Date.parse("2026-03-01T01:00:00Z");
    for (let second = 0; second < 70; second += 1, clock.now += 1000) await server.tick();
    expect(server.deadLetters()).toMatchObject([
      { queueArn: "arn:aws:sqs:eu-west-1:000000000000:dead", attempts: 2, error: "never" },
      { attempts: 5, slot: new Date("2026-03-01T01:00:00Z") },
    ]);
  });

  it("does not hold up the others", async () => {
    let release = () => {};
    const order: string[] = [];
    const invoke = async (_arn: string, payload: string) => {
      order.push(payload);
      if (payload === '"slow"')
        await new Promise<void>((resolve) => {
          release = resolve;
        });
      else release();
    };
    const { create, server, clock } = await schedulerClient({ invoke });
    for (const Input of ['"slow"', '"fast"'])
      await create(hourly({ Name: Input.slice(1, -1), Target: { ...hourly().Target, Input } as never }));
    clock.now += HOUR;
    await server.tick();
    expect(order).toHaveLength(2);
  });
});

describe("the schedules' API", () => {
  it("keeps a definition whole and gives it back", async () => {
    const { create, scheduler } = await schedulerClient();
    await scheduler.send(new CreateScheduleGroupCommand({ Name: "g" }));
    const StartDate = new Date("2026-03-02T00:00:00Z");
    const { ScheduleArn } = await create(hourly({ GroupName: "g", StartDate, Description: "x" }));
    expect(ScheduleArn).toBe("arn:aws:scheduler:eu-west-1:000000000000:schedule/g/a");
    const got = await scheduler.send(new GetScheduleCommand({ Name: "a", GroupName: "g" }));
    expect(got).toMatchObject({
      Arn: ScheduleArn,
      State: "ENABLED",
      ScheduleExpressionTimezone: "UTC",
      ActionAfterCompletion: "NONE",
      StartDate,
      Target: { Arn: LAMBDA },
    });
    expect(await scheduler.send(new GetScheduleGroupCommand({ Name: "g" }))).toMatchObject({ State: "ACTIVE" });
  });

  it("answers a repeated client token like the first call, and refuses it for something else", async () => {
    const { create } = await schedulerClient();
    const first = await create(hourly({ ClientToken: "t" }));
    expect((await create(hourly({ ClientToken: "t" }))).ScheduleArn).toBe(first.ScheduleArn);
    expect(await refusal(create(hourly({ ClientToken: "t", Description: "x" })))).toMatch(/^ConflictException/);
    expect(await refusal(create(hourly()))).toMatch(/^ConflictException: Schedule a already exists/);
  });

  it("lists by group, prefix and state, in pages", async () => {
    const { create, scheduler } = await schedulerClient();
    for (const Name of ["b", "ab", "aa"]) await create(hourly({ Name, State: Name === "b" ? "DISABLED" : "ENABLED" }));
    const names = async (query: object) => {
      const page = await scheduler.send(new ListSchedulesCommand({ GroupName: "default", ...query }));
      return { names: page.Schedules?.map((each) => each.Name), NextToken: page.NextToken };
    };
    const first = await names({ MaxResults: 2 });
    expect(first.names).toEqual(["aa", "ab"]);
    expect((await names({ NextToken: first.NextToken })).names).toEqual(["b"]);
    expect((await names({ NamePrefix: "a" })).names).toEqual(["aa", "ab"]);
    expect((await names({ State: "DISABLED" })).names).toEqual(["b"]);
  });

  it.each([
    ["an invalid cron", { ScheduleExpression: "cron(0 9 * * * *)" }, /^ValidationException: Invalid Schedule Expr/],
    ["a five-field cron", { ScheduleExpression: "0 9 * * *" }, /^ValidationException: Invalid Schedule Expr/],
    [
      "a time gone by",
      { ScheduleExpression: "at(2026-02-01T00:00:00)" },
      /^ValidationException: Invalid Schedule Expr/,
    ],
    ["an unknown zone", { ScheduleExpressionTimezone: "Mars/Base" }, /^ValidationException: .*Timezone/],
    ["a name with a space", { Name: "a b" }, /^ValidationException: .*'name'/],
    ["an unknown group", { GroupName: "none" }, /^ResourceNotFoundException/],
    ["no window", { FlexibleTimeWindow: undefined }, /^ValidationException: .*'flexibleTimeWindow'/],
    ["a window without length", { FlexibleTimeWindow: { Mode: "FLEXIBLE" } }, /^ValidationException/],
    ["an unknown state", { State: "ASLEEP" }, /^ValidationException: .*'state'/],
    ["an old StartDate", { StartDate: new Date("2026-02-01") }, /^ValidationException: The StartDate/],
    ["an EndDate gone by", { EndDate: new Date("2026-02-01") }, /^ValidationException: The EndDate/],
    ["a target that is no ARN", { Target: { Arn: "x", RoleArn: "y" } }, /^ValidationException: .*Arn/],
    ["too many retries", withPolicy({ MaximumRetryAttempts: 186 }), /^ValidationException/],
    ["a short age", withPolicy({ MaximumEventAgeInSeconds: 59 }), /^ValidationException/],
  ])("refuses %s", async (_what, over, expected) => {
    const { create } = await schedulerClient();
    expect(await refusal(create(hourly(over as Partial<CreateScheduleCommandInput>)))).toMatch(expected);
  });

  it("says what is not there", async () => {
    const { scheduler } = await schedulerClient();
    const missing = /^ResourceNotFoundException: Schedule a does not exist/;
    expect(await refusal(scheduler.send(new GetScheduleCommand({ Name: "a" })))).toMatch(missing);
    expect(await refusal(scheduler.send(new UpdateScheduleCommand(hourly())))).toMatch(missing);
    expect(await refusal(scheduler.send(new DeleteScheduleCommand({ Name: "a" })))).toMatch(missing);
    expect(await refusal(scheduler.send(new GetScheduleGroupCommand({ Name: "g" })))).toMatch(/^ResourceNotFound/);
  });
});
