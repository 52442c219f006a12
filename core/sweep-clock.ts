import type { Context } from "./context.ts";
import { log } from "./logger.ts";
import { timing } from "./run/timing.ts";
import { plus, secondsSince } from "./time.ts";

const deploymentId = "main";
/** Sweeps that are further apart than this were kept from coming: the machine slept, or nothing ran. */
const longestPause = 2.5 * timing.sweep;
/** Long enough for every runner that lives to have reported. */
const patience = timing.heartbeat + timing.sweep;

/**
 * Notes that the sweep has come. True: it was away, or the clock was set back, so that silence tells nothing of a runner,
 * and for so long as every living one takes to report, runs are left to theirs.
 */
export async function noteSweep(ctx: Context): Promise<boolean> {
  const { deployment } = ctx.table.entities;
  const now = ctx.now();
  const { data } = await deployment.get({ deploymentId }).go();
  const pause = secondsSince(now, data?.sweptAt);
  const wasAway = pause > longestPause || pause < -timing.sweep;
  const patienceUntil = wasAway ? plus(now, patience) : data?.patienceUntil;
  if (wasAway) log("sweep was away", { seconds: Math.round(pause), patienceUntil });
  await deployment
    .upsert({ deploymentId })
    .set({ sweptAt: now.toISOString(), ...(wasAway && { patienceUntil }) })
    .go();
  const left = -secondsSince(now, patienceUntil);
  // An instant further ahead is of a clock that has been set back since.
  return left > 0 && left <= patience;
}
