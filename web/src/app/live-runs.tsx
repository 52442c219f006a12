import { Skeleton } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useLive, useLiveUpdates } from "../api/live.ts";
import { formatAge } from "../format/instant.ts";
import { paths } from "../lib/paths.ts";
import { StatusIcon } from "../ui/status-chip.tsx";
import { useNow } from "../ui/use-now.ts";
import classes from "./live-runs.module.css";
import navigation from "./navigation.module.css";

/** The sidebar's view of what runs now, and of the latest few runs. */
export function LiveRuns() {
  const { data, isPending } = useLive();
  const now = useNow(15_000);
  useLiveUpdates();
  if (isPending) return <Skeleton height={18} mt="xl" mx={10} w="60%" />;
  if (!data || data.latest.length === 0) return null;
  return (
    <section aria-label="Latest runs">
      <p className={navigation.group}>{counted(data.queued, data.running)}</p>
      {data.latest.map((run) => (
        <Link key={run.id} {...paths.run(run.id)} className={classes.run} title={run.taskName}>
          <StatusIcon status={run.status} notBefore={run.notBefore} size={15} />
          <span className={classes.runName}>{run.taskName}</span>
          <time className={classes.runAge} dateTime={run.createdAt}>
            {formatAge(run.createdAt, now)}
          </time>
        </Link>
      ))}
    </section>
  );
}

function counted(queued: number, running: number): string {
  const parts = [running > 0 && `${running} running`, queued > 0 && `${queued} queued`].filter(Boolean);
  return parts.length > 0 ? parts.join(", ") : "Latest runs";
}
