import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { ScheduleInput } from "../../../contract/schedule.ts";
import { client } from "./client.ts";

/** A schedule in words and its next instants. Undefined input asks nothing. */
export function useSchedulePreview(body: ScheduleInput | undefined) {
  return useQuery({
    queryKey: ["schedule-preview", body],
    queryFn: ({ signal }) => client.previewSchedule({ body: body as ScheduleInput }, signal),
    enabled: body !== undefined,
    staleTime: 30_000,
    retry: false,
    placeholderData: keepPreviousData,
  });
}
