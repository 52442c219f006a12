import { useQuery } from "@tanstack/react-query";
import type { Overview } from "../../../contract/overview.ts";
import { client } from "./client.ts";
import { pollWhile } from "./paging.ts";

/** What Home shows; read again often while something runs, and now and then otherwise: slots come and go. */
export function useOverview() {
  return useQuery({
    queryKey: ["overview"],
    queryFn: ({ signal }) => client.getOverview({}, signal),
    refetchInterval: pollWhile<Overview>(
      () => true,
      ({ runningNow }) => (runningNow > 0 ? 5_000 : 60_000),
    ),
  });
}
