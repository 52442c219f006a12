import { useEffect, useMemo, useSyncExternalStore } from "react";
import { readLog } from "../../../api/runs.ts";
import { LogWindow, type ReadPage } from "./log-window.ts";

/** The part of a run's log that is in memory, and how to read more of it. */
export function useLogWindow(runId: string) {
  const { log, read } = useMemo(() => {
    const read: ReadPage = (query, signal) => readLog(runId, query, signal);
    return { read, log: new LogWindow(read) };
  }, [runId]);
  useEffect(() => () => log.close(), [log]);
  const state = useSyncExternalStore(log.subscribe, log.snapshot);
  return { log, state, read };
}
