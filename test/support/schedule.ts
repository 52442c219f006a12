import { GetScheduleCommand, type GetScheduleCommandOutput, SchedulerClient } from "@aws-sdk/client-scheduler";
import type { Stack } from "./stack.ts";

/** What EventBridge Scheduler knows under this name, such as a task's id; undefined: nothing. */
export async function scheduleNamed(stack: Stack, Name: string): Promise<GetScheduleCommandOutput | undefined> {
  const scheduler = new SchedulerClient({ endpoint: stack.aws.url });
  const find = new GetScheduleCommand({ Name, GroupName: stack.ctx.config.scheduleGroup });
  return scheduler.send(find).catch((error: Error) => {
    if (error.name === "ResourceNotFoundException") return undefined;
    throw error;
  });
}
