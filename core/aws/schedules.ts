import {
  ConflictException,
  CreateScheduleCommand,
  DeleteScheduleCommand,
  ResourceNotFoundException,
  SchedulerClient,
  UpdateScheduleCommand,
} from "@aws-sdk/client-scheduler";
import type { Config } from "../context.ts";
import { clientDefaults, lazy } from "./client.ts";

const client = lazy(() => new SchedulerClient(clientDefaults));

export interface Firing {
  name: string;
  /** In EventBridge Scheduler's grammar: `cron(…)` or `at(…)`. */
  expression: string;
  timezone: string;
  once: boolean;
  /** The target is called at some moment of so many minutes from the slot on; 0: at the slot. */
  spreadMinutes: number;
  /** What the dispatcher gets; `<aws.scheduler.scheduled-time>` in it becomes the slot. */
  input: string;
}

/** Creates or replaces a schedule, so that doing it twice is the same as once. */
export async function putSchedule(config: Config, firing: Firing): Promise<void> {
  const input = {
    Name: firing.name,
    GroupName: config.scheduleGroup,
    ScheduleExpression: firing.expression,
    ScheduleExpressionTimezone: firing.timezone,
    FlexibleTimeWindow:
      firing.spreadMinutes > 0
        ? { Mode: "FLEXIBLE" as const, MaximumWindowInMinutes: firing.spreadMinutes }
        : { Mode: "OFF" as const },
    State: "ENABLED" as const,
    ActionAfterCompletion: firing.once ? ("DELETE" as const) : ("NONE" as const),
    Target: {
      Arn: config.dispatcherArn,
      RoleArn: config.schedulerRoleArn,
      Input: firing.input,
      DeadLetterConfig: { Arn: config.deadLetterArn },
      RetryPolicy: { MaximumEventAgeInSeconds: 6 * 3600, MaximumRetryAttempts: 185 },
    },
  };
  try {
    await client().send(new UpdateScheduleCommand(input));
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
    await createOrReplace(input);
  }
}

async function createOrReplace(input: ConstructorParameters<typeof CreateScheduleCommand>[0]): Promise<void> {
  try {
    await client().send(new CreateScheduleCommand(input));
  } catch (error) {
    if (!(error instanceof ConflictException)) throw error;
    await client().send(new UpdateScheduleCommand(input));
  }
}

export async function deleteSchedule(config: Config, name: string): Promise<void> {
  try {
    await client().send(new DeleteScheduleCommand({ Name: name, GroupName: config.scheduleGroup }));
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
  }
}
