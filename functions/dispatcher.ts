import * as z from "zod";
import { idSchema } from "../contract/id.ts";
import { dispatchSlot } from "../core/run/dispatch.ts";
import { contextOfProcess } from "./environment.ts";

/** What a task's schedule hands over: see core/schedule/sync.ts. */
const slot = z.object({
  workspaceId: idSchema("workspace"),
  taskId: idSchema("task"),
  slot: z.iso.datetime({ offset: true }),
});

const ctx = contextOfProcess();

/**
 * A slot has come: claim it and start its container. Called at least once per slot; a fault is thrown, so that Lambda
 * calls again, and what it left behind is met by that call or by the sweeper.
 */
export async function handler(event: unknown): Promise<void> {
  await dispatchSlot(ctx, slot.parse(event));
}
