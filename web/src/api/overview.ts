import { useQuery } from "@tanstack/react-query";
import type { Overview } from "../../../contract/overview.ts";
import { client } from "./client.ts";
import { pollWhile } from "./paging.ts";

/** What the dashboard shows; read again while something runs. */
export function useOverview() {
  return useQuery({
    queryKey: ["overview"],
    queryFn: ({ signal }) => client.getOverview({}, signal),
    refetchInterval: pollWhile<Overview>(
      ({ runningNow }) => runningNow > 0,
      () => 5_000,
    ),
  });
}
