import * as z from "zod";
import { containerStopped } from "../core/run/recover.ts";
import { contextOfProcess } from "./environment.ts";

/** EventBridge's "ECS Task State Change", as far as it matters here. */
const stateChange = z.object({
  detail: z.object({
    lastStatus: z.string(),
    startedBy: z.string().optional(),
    taskArn: z.string().optional(),
    stoppedReason: z.string().optional(),
  }),
});

const ctx = contextOfProcess();

/** A container has stopped: whatever its run still owed is settled now. */
export async function handler(event: unknown): Promise<void> {
  const { lastStatus, startedBy, taskArn, stoppedReason } = stateChange.parse(event).detail;
  if (lastStatus === "STOPPED") await containerStopped(ctx, { startedBy, taskArn, reason: stoppedReason ?? "" });
}
