import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { client } from "./client.ts";

/** What was spent from one day in UTC to another, both included. */
export function useCosts(period: { from: string; to: string }) {
  return useQuery({
    queryKey: ["costs", period],
    queryFn: ({ signal }) => client.getCosts({ query: period }, signal),
    placeholderData: keepPreviousData,
  });
}
