import * as client from "@aws-sdk/client-scheduler";
import { ClientTokens } from "../idempotency.ts";
import { pageOf } from "../paging.ts";
import { AwsError } from "../protocol/errors.ts";
import { loadModel } from "../protocol/model.ts";
import type { Answer, Checked, Service } from "../protocol/service.ts";
import type { AwsContext } from "../store.ts";
import { type DeadLetter, Deliveries, type Invoke } from "./delivery.ts";
import { dueSlot, nextSlot, reviveSchedule } from "./slots.ts";
import { checkName, checkSchedule, invalid, type ScheduleInput } from "./validation.ts";
import { delayOf } from "./window.ts";

const model = loadModel({
  service: "scheduler",
  protocol: "restJson1",
  client,
  invalid: "ValidationException",
  enums: {
    "CreateScheduleInput.State": Object.values(client.ScheduleState),
    "UpdateScheduleInput.State": Object.values(client.ScheduleState),
    "ListSchedulesInput.State": Object.values(client.ScheduleState),
    "CreateScheduleInput.ActionAfterCompletion": Object.values(client.ActionAfterCompletion),
    "UpdateScheduleInput.ActionAfterCompletion": Object.values(client.ActionAfterCompletion),
    "FlexibleTimeWindow.Mode": Object.values(client.FlexibleTimeWindowMode),
  },
});

const DEFAULT_GROUP = "default";
const DEFAULT_MAX_AGE_SECONDS = 86_400;
const DEFAULT_RETRIES = 185;

interface ScheduleRow {
  group_name: string;
  name: string;
  arn: string;
  definition: string;
  created: number;
  modified: number;
  next_slot: number | null;
}

interface GroupRow {
  name: string;
  arn: string;
  created: number;
}

export interface Scheduler extends Service {
  tick(): Promise<void>;
  /** Resolves when every invocation that was started has ended. */
  settled(): Promise<void>;
  /** What could not be delivered within its retry policy, oldest first. */
  deadLetters(): DeadLetter[];
}

/**
 * EventBridge Scheduler. A slot is delivered at least once, with a flexible window at a moment of it. Slots that passed while the server was down are made up for
 * late: per schedule the most recent one, if it is not older than the target's MaximumEventAgeInSeconds (24 hours by
 * default); earlier ones are dropped, so that a machine which slept a night does not run an hourly task twelve times.
 */
export function scheduler(context: AwsContext, invoke: Invoke): Scheduler {
  const service = new SchedulerService(context, invoke);
  const deliveries = service.deliveries;
  return {
    model,
    handlers: {
      CreateScheduleGroup: service.createGroup.bind(service),
      GetScheduleGroup: service.getGroup.bind(service),
      CreateSchedule: service.create.bind(service),
      GetSchedule: service.get.bind(service),
      UpdateSchedule: service.update.bind(service),
      DeleteSchedule: service.delete.bind(service),
      ListSchedules: service.list.bind(service),
    },
    tick: async () => service.tick(),
    clockSetBack: service.clockSetBack.bind(service),
    settled: () => deliveries.settled(),
    deadLetters: () => deliveries.deadLetters(),
  };
}

class SchedulerService {
  readonly deliveries: Deliveries;
  private readonly context: AwsContext;
  private readonly tokens: ClientTokens;

  constructor(context: AwsContext, invoke: Invoke) {
    this.context = context;
    this.deliveries = new Deliveries(context, invoke);
    this.tokens = new ClientTokens(context);
    context.store.define(`
      CREATE TABLE IF NOT EXISTS schedule_groups (name TEXT PRIMARY KEY, arn TEXT, created INTEGER) STRICT;
      CREATE TABLE IF NOT EXISTS schedules (group_name TEXT, name TEXT, arn TEXT, definition TEXT, created INTEGER,
        modified INTEGER, next_slot INTEGER, PRIMARY KEY (group_name, name)) STRICT;
      CREATE INDEX IF NOT EXISTS schedules_due ON schedules (next_slot);`);
    if (!this.group(DEFAULT_GROUP)) this.insertGroup(DEFAULT_GROUP);
  }

  createGroup(input: Checked<client.CreateScheduleGroupInput>): Answer<client.CreateScheduleGroupOutput> {
    checkName(input.Name);
    const scope = "scheduler:CreateScheduleGroup";
    return this.once(scope, input, "ScheduleGroupArn", () => {
      if (this.group(input.Name))
        throw new AwsError("ConflictException", `Schedule group ${input.Name} already exists.`);
      return this.insertGroup(input.Name);
    });
  }

  getGroup(input: Checked<client.GetScheduleGroupInput>): Answer<client.GetScheduleGroupOutput> {
    const group = this.requireGroup(input.Name);
    const created = new Date(group.created);
    return { Arn: group.arn, Name: group.name, State: "ACTIVE", CreationDate: created, LastModificationDate: created };
  }

  create(input: ScheduleInput): Answer<client.CreateScheduleOutput> {
    checkSchedule(input, this.context.now());
    return this.once("scheduler:CreateSchedule", input, "ScheduleArn", () => {
      const group = this.requireGroup(input.GroupName ?? DEFAULT_GROUP).name;
      if (this.find(group, input.Name))
        throw new AwsError("ConflictException", `Schedule ${input.Name} already exists.`);
      return this.put(group, input, this.context.now());
    });
  }

  get(input: Checked<client.GetScheduleInput>): Answer<client.GetScheduleOutput> {
    const row = this.require(input.GroupName, input.Name);
    const { ClientToken: _, ...definition } = reviveSchedule(row.definition);
    return {
      ...definition,
      Arn: row.arn,
      GroupName: row.group_name,
      CreationDate: new Date(row.created),
      LastModificationDate: new Date(row.modified),
    };
  }

  /** Replaces the whole definition, as AWS does: what is left out falls back to its default. */
  update(input: ScheduleInput): Answer<client.UpdateScheduleOutput> {
    checkSchedule(input, this.context.now());
    const row = this.require(input.GroupName, input.Name);
    return { ScheduleArn: this.put(row.group_name, input, row.created) };
  }

  delete(input: Checked<client.DeleteScheduleInput>): Answer<client.DeleteScheduleOutput> {
    const row = this.require(input.GroupName, input.Name);
    this.remove(row);
    return {};
  }

  list(input: Checked<client.ListSchedulesInput>): Answer<client.ListSchedulesOutput> {
    const limit = input.MaxResults ?? 100;
    if (!Number.isInteger(limit) || limit < 1 || limit > 100) throw invalid("MaxResults must be between 1 and 100.");
    if (input.GroupName !== undefined) this.requireGroup(input.GroupName);
    const rows = this.context.store
      .all<ScheduleRow>(
        "SELECT * FROM schedules WHERE ? IS NULL OR group_name = ?",
        input.GroupName ?? null,
        input.GroupName ?? null,
      )
      .filter((row) => row.name.startsWith(input.NamePrefix ?? ""))
      .map((row) => ({ row, schedule: reviveSchedule(row.definition) }))
      .filter(({ schedule }) => input.State === undefined || schedule.State === input.State)
      .sort((a, b) => (a.row.arn < b.row.arn ? -1 : 1));
    const page = pageOf(rows, ({ row }) => row.arn, {
      limit,
      token: input.NextToken,
      invalid: () => invalid("The NextToken you specified is not valid."),
    });
    return {
      Schedules: page.items.map(({ row, schedule }) => ({
        Arn: row.arn,
        Name: row.name,
        GroupName: row.group_name,
        State: schedule.State,
        CreationDate: new Date(row.created),
        LastModificationDate: new Date(row.modified),
        Target: { Arn: schedule.Target.Arn },
      })),
      NextToken: page.nextToken,
    };
  }

  tick(): void {
    const { store, now } = this.context;
    for (const row of store.all<ScheduleRow>("SELECT * FROM schedules WHERE next_slot <= ?", now())) this.fire(row);
    this.deliveries.startDue();
    this.removeCompleted();
  }

  /**
   * A schedule waits for its first slot after now, also where a later one has fired already: what is delivered twice is
   * told by its slot. What has not been delivered of slots ahead comes when they do.
   */
  clockSetBack(): void {
    const { store, now } = this.context;
    const time = now();
    this.deliveries.takeBackAfter(time, ({ schedule_arn, slot }) =>
      store.run("UPDATE schedules SET next_slot = ? WHERE arn = ? AND next_slot IS NULL", slot, schedule_arn),
    );
    for (const row of store.all<ScheduleRow>("SELECT * FROM schedules WHERE next_slot > ?", time)) {
      const modified = Math.min(row.modified, time);
      const next = nextSlot(reviveSchedule(row.definition), modified, time);
      if (next === undefined || next >= (row.next_slot ?? 0)) continue;
      store.run("UPDATE schedules SET next_slot = ?, modified = ? WHERE arn = ?", next, modified, row.arn);
    }
  }

  private fire(row: ScheduleRow): void {
    const schedule = reviveSchedule(row.definition);
    const time = this.context.now();
    const policy = schedule.Target.RetryPolicy;
    const delayMs = delayOf(schedule);
    // The age of an event counts from when its target was to be called first.
    const maxAgeSeconds = (policy?.MaximumEventAgeInSeconds ?? DEFAULT_MAX_AGE_SECONDS) + Math.ceil(delayMs / 1000);
    const oldest = time - maxAgeSeconds * 1000;
    const { slot, next } = dueSlot(schedule, row.modified, row.next_slot ?? 0, time, oldest);
    this.context.store.transaction(() => {
      this.context.store.run("UPDATE schedules SET next_slot = ? WHERE arn = ?", next ?? null, row.arn);
      if (slot < oldest) return;
      this.deliveries.enqueue({
        scheduleArn: row.arn,
        targetArn: schedule.Target.Arn,
        queueArn: schedule.Target.DeadLetterConfig?.Arn ?? "",
        input: schedule.Target.Input,
        slot,
        delayMs,
        maxAgeSeconds,
        maxRetries: policy?.MaximumRetryAttempts ?? DEFAULT_RETRIES,
      });
    });
  }

  /** A schedule that asks for it goes when its last slot has been delivered. */
  private removeCompleted(): void {
    const rows = this.context.store.all<ScheduleRow>(
      'SELECT * FROM schedules WHERE next_slot IS NULL AND definition LIKE \'%"ActionAfterCompletion":"DELETE"%\'',
    );
    for (const row of rows) {
      const schedule = reviveSchedule(row.definition);
      const wanted = schedule.ActionAfterCompletion === "DELETE" && schedule.State === "ENABLED";
      if (wanted && !this.deliveries.isPending(row.arn)) this.remove(row);
    }
  }

  private put(group: string, input: ScheduleInput, created: number): string {
    const modified = this.context.now();
    const schedule: ScheduleInput = {
      ...input,
      GroupName: group,
      State: input.State ?? "ENABLED",
      ScheduleExpressionTimezone: input.ScheduleExpressionTimezone ?? "UTC",
      ActionAfterCompletion: input.ActionAfterCompletion ?? "NONE",
    };
    const arn = this.arn("schedule", `${group}/${input.Name}`);
    // A rate without a start fires at once, so its first slot is the moment it was made.
    const next = nextSlot(schedule, modified, modified - 1);
    if (next === undefined && isPast(schedule, modified))
      throw invalid(`Invalid Schedule Expression ${input.ScheduleExpression}.`);
    this.context.store.run(
      "INSERT OR REPLACE INTO schedules VALUES (?, ?, ?, ?, ?, ?, ?)",
      group,
      input.Name,
      arn,
      JSON.stringify(schedule),
      created,
      modified,
      next ?? null,
    );
    return arn;
  }

  /** AWS answers a repeated client token with what it answered first. */
  private once<Key extends string>(
    scope: string,
    input: { ClientToken?: string | undefined },
    key: Key,
    work: () => string,
  ): Record<Key, string> {
    const token = input.ClientToken;
    return this.context.store.transaction(() => {
      const known = token === undefined ? undefined : this.tokens.find(scope, token, input);
      if (known && !known.same)
        throw new AwsError("ConflictException", "The client token was used before with other parameters.");
      const arn = known?.answer ?? work();
      if (token !== undefined && !known) this.tokens.remember(scope, token, input, arn);
      return { [key]: arn } as Record<Key, string>;
    });
  }

  private remove(row: ScheduleRow): void {
    this.context.store.run("DELETE FROM schedules WHERE group_name = ? AND name = ?", row.group_name, row.name);
  }

  private insertGroup(name: string): string {
    const arn = this.arn("schedule-group", name);
    this.context.store.run("INSERT INTO schedule_groups VALUES (?, ?, ?)", name, arn, this.context.now());
    return arn;
  }

  private group(name: string): GroupRow | undefined {
    return this.context.store.one<GroupRow>("SELECT * FROM schedule_groups WHERE name = ?", name);
  }

  private requireGroup(name: string): GroupRow {
    const group = this.group(name);
    if (!group) throw new AwsError("ResourceNotFoundException", `Schedule group ${name} does not exist.`);
    return group;
  }

  private find(group: string, name: string): ScheduleRow | undefined {
    return this.context.store.one("SELECT * FROM schedules WHERE group_name = ? AND name = ?", group, name);
  }

  private require(groupName: string | undefined, name: string): ScheduleRow {
    const row = this.find(groupName ?? DEFAULT_GROUP, name);
    if (!row) throw new AwsError("ResourceNotFoundException", `Schedule ${name} does not exist.`);
    return row;
  }

  private arn(kind: string, path: string): string {
    return `arn:aws:scheduler:${this.context.region}:${this.context.account}:${kind}/${path}`;
  }
}

/** A one-time schedule that could never fire, because its time has gone by. */
function isPast(schedule: ScheduleInput, modified: number): boolean {
  return schedule.ScheduleExpression.startsWith("at(") && nextSlot(schedule, modified, 0) !== undefined;
}
