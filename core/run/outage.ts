import { type RunRow, tookEffect } from "../aws/table/index.ts";
import type { Context } from "../context.ts";
import { logFault } from "../logger.ts";
import { measure } from "../metric.ts";
import { plus } from "../time.ts";
import { timing } from "./timing.ts";

/** So many leases that lapse at once, and such a part of all, are no runner's death but an outage of ours. */
const fewest = 5;
const part = 1 / 5;

/**
 * The runs among these that the sweep leaves to their runners, because too many have lost their lease at once for it to
 * be their doing: each gets its lease once more, and somebody is told. One that then stays silent is dealt with as ever.
 */
export async function spared(ctx: Context, active: RunRow[]): Promise<Set<RunRow>> {
  const live = active.filter((run) => run.status === "PROCESSING");
  const instant = ctx.now().toISOString();
  const lapsed = live.filter((run) => (run.leaseUntil ?? "") <= instant);
  if (lapsed.length < fewest || lapsed.length <= live.length * part) return new Set();
  const fresh = lapsed.filter((run) => run.leaseExtended !== true);
  if (fresh.length === 0) return new Set();
  measure(ctx, "LeasesLapsed", fresh.length);
  await Promise.all(
    fresh.map((run) =>
      extend(ctx, run).catch((error: unknown) => logFault("lease not extended", error, { runId: run.runId })),
    ),
  );
  // Also one that could not be extended: the next sweep looks at it again.
  return new Set(fresh);
}

/** Only the lease that was read: a runner that has reported since has a better one. */
async function extend(ctx: Context, run: RunRow): Promise<void> {
  const extended = ctx.table.entities.run
    .patch({ runId: run.runId })
    .set({ leaseUntil: plus(ctx.now(), timing.lease), leaseExtended: true })
    .where(
      (row, { eq }) =>
        `${eq(row.status, "PROCESSING")} AND ${eq(row.attempt, run.attempt)} AND ${eq(row.leaseUntil, run.leaseUntil ?? "")}`,
    );
  await tookEffect(extended.go());
}
