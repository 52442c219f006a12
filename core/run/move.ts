import { type Actor, guardOf, type RunStatus } from "../../contract/run.ts";
import type { RunRow } from "../aws/table/index.ts";
import type { Context } from "../context.ts";

type Known = Pick<RunRow, "status" | "attempt" | "claimTokenHash" | "leaseUntil">;
type Field = "status" | "attempt" | "claimTokenHash" | "leaseUntil";
interface Operations {
  eq: (name: never, value: never) => string;
}

const fields = { attempt: [], token: ["claimTokenHash"], lease: ["leaseUntil"] } as const;

/**
 * A change of a run's status, as the contract's table has it: what the write sets, and its condition. Whoever comes
 * second finds another status or attempt, and changes nothing. One that the table does not have is thrown.
 */
export function move<To extends RunStatus>(run: Known, to: To, actor: Actor) {
  const guard = guardOf(run.status, to, actor);
  if (guard === undefined || guard === "absent")
    throw new Error(`${actor} may not take a run from ${run.status} to ${to}.`);
  const kept: Field[] = ["status", "attempt", ...fields[guard]];
  const where = (row: Record<Field, unknown>, { eq }: Operations) =>
    kept.map((field) => eq(row[field] as never, run[field] as never)).join(" AND ");
  return { set: { status: to }, where };
}

/** The status of a run that is made: its row's key is the condition. */
export function begin<To extends RunStatus>(to: To, actor: Actor): { status: To } {
  if (guardOf(null, to, actor) !== "absent") throw new Error(`${actor} may not make a run that is ${to}.`);
  return { status: to };
}

/** What a counter of runs gets with every change: nobody counts anew while it is in motion. */
export function moved(ctx: Context): { movedAt: string } {
  return { movedAt: ctx.now().toISOString() };
}
