import { createHash } from "node:crypto";
import type { ScheduleInput } from "./validation.ts";

/**
 * How long after its slot a schedule calls its target, in milliseconds: 0, or a moment of its flexible window. It is the
 * same one at each slot, and another one for another name, so that the starts of many schedules are spread.
 */
export function delayOf({ Name, FlexibleTimeWindow }: Pick<ScheduleInput, "Name" | "FlexibleTimeWindow">): number {
  const { Mode, MaximumWindowInMinutes = 0 } = FlexibleTimeWindow;
  if (Mode !== "FLEXIBLE") return 0;
  const share = createHash("sha256").update(Name).digest().readUInt32BE() / 2 ** 32;
  return Math.floor(share * MaximumWindowInMinutes * 60_000);
}
