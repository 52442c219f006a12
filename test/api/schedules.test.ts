import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { schedulePresets } from "../../contract/schedule.ts";
import { everyRow } from "../support/api.ts";
import { scheduleNamed } from "../support/schedule.ts";
import { type Stack, startStack } from "../support/stack.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ byItself: "containers" });
});
afterAll(() => stack.close());

const scheduled = (name: string) => scheduleNamed(stack, name);
const patch = (taskId: string, body: object) => stack.client.updateTask({ params: { taskId }, body: body as never });
const inAnHour = () => new Date(Math.floor(Date.now() / 1000) * 1000 + 3_600_000).toISOString();
const sweepOf = async (taskId: string) => {
  const { data } = await stack.ctx.table.entities.task.get({ workspaceId: stack.workspaceId, taskId }).go();
  return data?.sweep;
};

describe("a task's schedule in EventBridge Scheduler", () => {
  it("has the expression, the zone, the slot's place in its input, and a dead-letter queue", async () => {
    const schedule = { type: "cron", expression: "30 9 * * 1-5", timezone: "europe/stockholm" } as const;
    const task = await stack.createTask({ schedule });
    expect(task.schedule).toEqual({ ...schedule, timezone: "Europe/Stockholm", preset: null });
    const { config } = stack.ctx;
    expect(await scheduled(task.id)).toMatchObject({
      ScheduleExpression: "cron(30 9 ? * 2-6 *)",
      ScheduleExpressionTimezone: "Europe/Stockholm",
      State: "ENABLED",
      FlexibleTimeWindow: { Mode: "OFF" },
      ActionAfterCompletion: "NONE",
      Target: {
        Arn: config.dispatcherArn,
        RoleArn: config.schedulerRoleArn,
        DeadLetterConfig: { Arn: config.deadLetterArn },
        Input: JSON.stringify({
          workspaceId: stack.workspaceId,
          taskId: task.id,
          slot: "<aws.scheduler.scheduled-time>",
        }),
      },
    });
    expect(await scheduled(`${task.id}-2`)).toBeUndefined();
    expect(await sweepOf(task.id)).toBe("none");
  });

  it("is two where day of month and weekday are both given, and one again when they are not", async () => {
    const task = await stack.createTask({ schedule: { type: "cron", expression: "0 9 13 * 5" } });
    const both = [
      (await scheduled(task.id))?.ScheduleExpression,
      (await scheduled(`${task.id}-2`))?.ScheduleExpression,
    ];
    expect(both.sort()).toEqual(["cron(0 9 13 * ? *)", "cron(0 9 ? * 6 *)"]);
    await patch(task.id, { schedule: { type: "cron", preset: "hourly" } });
    expect((await scheduled(task.id))?.ScheduleExpression).toBe("cron(0 * * * ? *)");
    expect(await scheduled(`${task.id}-2`)).toBeUndefined();
  });

  it("is one that goes by itself, for an instant", async () => {
    const at = inAnHour();
    const task = await stack.createTask({ schedule: { type: "once", at, timezone: "Asia/Tokyo" } });
    expect(task).toMatchObject({ schedule: { type: "once", at, timezone: "Asia/Tokyo" }, nextRunAt: at });
    const known = await scheduled(task.id);
    expect(known?.ActionAfterCompletion).toBe("DELETE");
    const inUtc = `at(${at.slice(0, 19)})`;
    expect([known?.ScheduleExpression, known?.ScheduleExpressionTimezone]).toEqual([inUtc, "UTC"]);
  });

  it("takes an instant of any offset as the same instant in UTC", async () => {
    const task = await stack.createTask({ schedule: { type: "once", at: "2090-01-31T09:00:00+02:00" } });
    expect(task.schedule).toMatchObject({ at: "2090-01-31T07:00:00.000Z", timezone: "UTC" });
  });

  it("goes when the task is disabled, made manual or deleted, and comes back when it is enabled", async () => {
    const task = await stack.createTask({ schedule: { type: "cron", preset: "daily-9am" } });
    expect(await patch(task.id, { enabled: false })).toMatchObject({ nextRunAt: null, enabled: false });
    expect(await scheduled(task.id)).toBeUndefined();
    expect((await patch(task.id, { enabled: true })).nextRunAt).toMatch(/T09:00:00.000Z$/);
    expect(await scheduled(task.id)).toBeDefined();
    await patch(task.id, { schedule: { type: "manual" } });
    expect(await scheduled(task.id)).toBeUndefined();
    await patch(task.id, { schedule: { type: "cron", preset: "daily-9am" } });
    expect(await scheduled(task.id)).toBeDefined();
    await stack.client.deleteTask({ params: { taskId: task.id } });
    expect(await scheduled(task.id)).toBeUndefined();
  });

  it("is never made for a task that is born disabled or manual", async () => {
    const disabled = await stack.createTask({ enabled: false, schedule: { type: "cron", preset: "hourly" } });
    const manual = await stack.createTask();
    expect([await scheduled(disabled.id), await scheduled(manual.id)]).toEqual([undefined, undefined]);
    expect(disabled.nextRunAt).toBeNull();
  });

  it("is left alone by a change of something else", async () => {
    const task = await stack.createTask({ schedule: { type: "cron", preset: "hourly" } });
    const before = stack.aws.calls.count("scheduler", "UpdateSchedule");
    await patch(task.id, { prompt: "Other.", name: "other words" });
    expect(stack.aws.calls.count("scheduler", "UpdateSchedule")).toBe(before);
  });

  it.each<[string, object, object]>([
    ["the same cron", { type: "cron", expression: "30 9 * * 1-5" }, { type: "cron", expression: "30 9 * * 1-5" }],
    [
      "it as it was read",
      { type: "cron", preset: "hourly" },
      { type: "cron", preset: "hourly", expression: "0 * * * *" },
    ],
    ["a preset by its expression", { type: "cron", preset: "daily-9am" }, { type: "cron", expression: " 0  9 * * * " }],
    ["an expression by its preset", { type: "cron", expression: "0 9 * * *" }, { type: "cron", preset: "daily-9am" }],
    [
      "other words for the same times",
      { type: "cron", expression: "0 9 * * 1-5" },
      { type: "cron", expression: "00 9 * * MON,tue-FRI" },
    ],
    ["a macro", { type: "cron", expression: "0 0 * * *" }, { type: "cron", expression: "@daily" }],
    [
      "another name of the zone",
      { type: "cron", preset: "hourly", timezone: "America/New_York" },
      { type: "cron", preset: "hourly", timezone: "us/eastern" },
    ],
    [
      "the zone's former name",
      { type: "cron", preset: "hourly", timezone: "Europe/Kyiv" },
      { type: "cron", preset: "hourly", timezone: "Europe/Kiev" },
    ],
    [
      "the same instant",
      { type: "once", at: "2090-01-31T09:00:00Z" },
      { type: "once", at: "2090-01-31T10:00:00.400+01:00" },
    ],
    ["manual", { type: "manual" }, { type: "manual" }],
  ])(
    "is left alone by a change to %s: nothing is written and nothing is asked of Scheduler",
    async (_, made, given) => {
      const { id: taskId } = await stack.createTask({ schedule: made as never });
      const task = await stack.client.getTask({ params: { taskId } });
      const [rows, calls] = [await everyRow(stack), stack.aws.calls.count("scheduler")];
      expect(await patch(taskId, { schedule: given })).toEqual(task);
      expect(await patch(taskId, { schedule: task.schedule, enabled: true })).toEqual(task);
      expect([await everyRow(stack), stack.aws.calls.count("scheduler")]).toEqual([rows, calls]);
    },
  );

  it.each<[string, object, object]>([
    ["a cron", { type: "cron", expression: "0 4 * * *" }, { type: "cron", expression: "0 4 * * *" }],
    ["a preset", { type: "cron", preset: "hourly" }, { type: "cron", preset: "hourly" }],
    ["an instant", { type: "once", at: "2090-01-31T09:00:00Z" }, { type: "once" }],
    ["by hand", { type: "manual" }, { type: "manual" }],
  ])("changed to %s without a zone stays in the zone it has", async (_, schedule, kept) => {
    const stockholm = { type: "cron", expression: "0 3 * * *", timezone: "Europe/Stockholm" } as const;
    const task = await stack.createTask({ schedule: stockholm });
    const changed = await patch(task.id, { schedule });
    expect(changed.schedule).toMatchObject({ ...kept, timezone: "Europe/Stockholm" });
    const again = await patch(task.id, { schedule: { type: "cron", expression: stockholm.expression } });
    expect(again.schedule).toEqual({ ...stockholm, preset: null });
  });

  it("of a task that never had a zone is in UTC, and a zone that is given counts", async () => {
    const { id } = await stack.createTask();
    const hourly = { type: "cron", preset: "hourly" };
    expect((await patch(id, { schedule: hourly })).schedule).toMatchObject({ timezone: "UTC" });
    const moved = await patch(id, { schedule: { ...hourly, timezone: " Japan " } });
    expect(moved.schedule).toMatchObject({ timezone: "Asia/Tokyo" });
  });

  it("that Scheduler does not take now is kept with the task, and made by the sweep", async () => {
    stack.aws.faults.add({ service: "scheduler", operation: "*", kind: "error500", times: 100 });
    const task = await stack.createTask({ schedule: { type: "cron", preset: "hourly" } });
    expect(await sweepOf(task.id)).toBe("schedule");
    stack.aws.faults.clear();
    await stack.invoke("sweeper", {});
    expect(await scheduled(task.id)).toBeDefined();
    expect(await sweepOf(task.id)).toBe("none");
  });

  it("of a one-time task that has fired may be sent again unchanged with another change", async () => {
    const task = await stack.createTask({ schedule: { type: "once", at: inAnHour() } });
    const past = { type: "once" as const, at: new Date(Date.now() - 60_000).toISOString(), timezone: "UTC" };
    const key = { workspaceId: stack.workspaceId, taskId: task.id };
    await stack.ctx.table.entities.task.patch(key).set({ schedule: past }).go();
    const changed = await patch(task.id, { prompt: "New.", schedule: past });
    expect(changed).toMatchObject({ prompt: "New.", schedule: past, nextRunAt: null });
  });
});

describe("the preview of a schedule", () => {
  const preview = (body: object) => stack.client.previewSchedule({ body: body as never });

  it.each(Object.entries(schedulePresets))(
    "tells the preset %s in words and its next ten instants",
    async (preset, { expression }) => {
      const shown = await preview({ type: "cron", preset });
      expect(shown).toEqual(await preview({ type: "cron", expression, timezone: "UTC" }));
      expect(shown.description).toMatch(/^(Every|At) /);
      expect(shown.next).toHaveLength(10);
      expect([...shown.next].sort()).toEqual(shown.next);
      expect(Date.parse(shown.next[0] ?? "")).toBeGreaterThan(Date.now());
    },
  );

  it("is in the zone of the schedule, its instants in UTC", async () => {
    const shown = await preview({ type: "cron", expression: "0 9 * * 1-5", timezone: "Asia/Kolkata" });
    expect(shown.description).toBe("At 09:00, Monday through Friday (Asia/Kolkata)");
    for (const instant of shown.next) expect(instant).toMatch(/T03:30:00\.000Z$/);
  });

  it("is one instant for once and none for manual", async () => {
    const at = inAnHour();
    expect(await preview({ type: "once", at })).toMatchObject({ next: [at] });
    expect(await preview({ type: "manual" })).toEqual({ description: "Only when someone runs it", next: [] });
  });

  it("says the same as the task that is made with it", async () => {
    const schedule = { type: "cron", expression: "@daily", timezone: "America/New_York" } as const;
    const shown = await preview(schedule);
    const task = await stack.createTask({ schedule });
    expect([task.scheduleText, task.nextRunAt]).toEqual([shown.description, shown.next[0]]);
  });
});
