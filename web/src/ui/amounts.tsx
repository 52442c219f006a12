import { formatDuration, formatMoney } from "../format/number.ts";
import { useNow } from "./use-now.ts";

/** US dollars, or a dash for what is not known (yet). */
export function Money({ usd }: { usd: number | null }) {
  return <span className="tabular">{usd === null ? "–" : formatMoney(usd)}</span>;
}

/** How long a run took, or has taken until now. */
export function RunDuration({
  run,
}: {
  run: { startedAt: string | null; durationMs: number | null; endedAt: string | null };
}) {
  if (run.durationMs !== null) return <span className="tabular">{formatDuration(run.durationMs)}</span>;
  if (run.startedAt === null || run.endedAt !== null) return <span>–</span>;
  return <Elapsed since={run.startedAt} />;
}

function Elapsed({ since }: { since: string }) {
  const now = useNow(1000);
  return <span className="tabular">{formatDuration(now - Date.parse(since))}</span>;
}
