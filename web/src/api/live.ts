import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import type { Live } from "../../../contract/overview.ts";
import { client } from "./client.ts";
import { pollMs, pollWhile } from "./paging.ts";

const liveKey = ["live"] as const;
/** While nothing runs, a slot may still come: it is looked for this often. */
const idleMs = 15_000;

const isActive = (live: Live) => live.queued + live.running > 0;

/** How many runs wait and run now, and the latest few. */
export function useLive() {
  return useQuery({
    queryKey: liveKey,
    queryFn: ({ signal }) => client.getLive({}, signal),
    refetchInterval: pollWhile<Live>(
      () => true,
      (live) => (isActive(live) ? pollMs : idleMs),
    ),
  });
}

/** When runs begin or end, what else shows runs is read again. */
export function useLiveUpdates(): void {
  const queries = useQueryClient();
  const { data } = useLive();
  const seen = data && [data.queued, data.running, ...data.latest.map(({ id, status }) => id + status)].join();
  const before = useRef(seen);
  useEffect(() => {
    if (before.current !== undefined && seen !== before.current) {
      for (const name of ["tasks", "runs", "overview", "costs"]) void queries.invalidateQueries({ queryKey: [name] });
    }
    before.current = seen;
  }, [seen, queries]);
}
