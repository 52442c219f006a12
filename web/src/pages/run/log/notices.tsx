import { Button, Loader, Skeleton, Stack } from "@mantine/core";
import { IconFileOff, IconFileText, IconHourglassLow } from "@tabler/icons-react";
import { isTerminal, type Run } from "../../../../../contract/run.ts";
import { formatInstant } from "../../../format/instant.ts";
import { formatNumber } from "../../../format/number.ts";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { ErrorNotice } from "../../../ui/error-notice.tsx";
import classes from "./log.module.css";
import type { LogState } from "./log-window.ts";
import { nameOf } from "./place.ts";

/** What stands in the place of a log that has no lines to show; null when it has some. */
export function Instead({ state, run, retry }: { state: LogState; run: Run | undefined; retry: () => void }) {
  if (state.phase === "expired") {
    const when = state.expiredAt ? ` since ${formatInstant(state.expiredAt)}` : "";
    return (
      <EmptyState
        icon={IconFileOff}
        title="This log has expired"
        text={`Logs are kept for a limited time, and this one is gone${when}. The result, the cost and the reason of the run are still here.`}
      />
    );
  }
  if (state.phase === "failed") {
    return (
      <div style={{ padding: 12 }}>
        <ErrorNotice error={state.error} retry={retry} />
      </div>
    );
  }
  if (state.chunks.some(({ lines }) => lines.length > 0)) return null;
  if (state.phase === "opening") return state.passed === null ? <LinesSkeleton /> : null;
  if (run && isTerminal(run.status) && state.later === "end") {
    return (
      <EmptyState
        icon={IconFileText}
        title="This run left no log"
        text="It ended before its container had started to work."
      />
    );
  }
  return (
    <EmptyState
      icon={IconHourglassLow}
      title="No lines yet"
      text="The log begins when the container has started, which takes up to a minute and a half. This page shows it by itself."
    />
  );
}

const widths = [42, 68, 55, 80, 36, 74, 61, 88, 47, 70, 52, 64];

function LinesSkeleton() {
  return (
    <Stack gap={10} p="md" role="status" aria-label="Loading the log">
      {widths.map((width) => (
        <Skeleton key={width} height={12} width={`${width}%`} />
      ))}
    </Stack>
  );
}

interface PillsProps {
  state: LogState;
  /** Lines that came while somebody read elsewhere; null for how many is not known. */
  news: number | null;
  atEnd: boolean;
  onEnd: () => void;
  onEarlier: () => void;
  onLater: () => void;
}

/** What floats over the lines: what is loading, what failed, what is new. */
export function Pills({ state, news, atEnd, onEnd, onEarlier, onLater }: PillsProps) {
  return (
    <>
      <div className={classes.pill} data-at="top" role="status" hidden={!topText(state)}>
        {(state.phase === "opening" || state.earlier === "loading") && <Loader size={14} />}
        {topText(state)}
        {state.earlier === "failed" && (
          <Button variant="subtle" size="compact-xs" onClick={onEarlier}>
            Try again
          </Button>
        )}
      </div>
      {state.later === "failed" ? (
        <div className={classes.pill} data-at="bottom" role="alert">
          Later lines could not be read.
          <Button variant="subtle" size="compact-xs" onClick={onLater}>
            Try again
          </Button>
        </div>
      ) : (
        !atEnd && (
          <Button className={classes.pill} data-at="bottom" variant="default" size="compact-sm" onClick={onEnd}>
            {news === null || news === 0 ? "To the end" : news === 1 ? "1 new line" : `${formatNumber(news)} new lines`}
          </Button>
        )
      )}
    </>
  );
}

function topText({ phase, passed, missing, earlier }: LogState): string | null {
  if (phase === "opening" && passed !== null) return `Looking for the line: ${formatNumber(passed)} passed`;
  if (earlier === "failed") return "Earlier lines could not be read.";
  if (earlier === "loading") return "Loading earlier lines";
  if (phase === "open" && missing) return `There is no line ${nameOf(missing)} in this log.`;
  return null;
}
