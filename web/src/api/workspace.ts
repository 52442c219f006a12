import { useQuery } from "@tanstack/react-query";
import { client } from "./client.ts";

/** The workspace that the person who is signed in works in. */
export function useWorkspace() {
  return useQuery({
    queryKey: ["workspace"],
    queryFn: ({ signal }) => client.getWorkspace({}, signal),
    staleTime: 5 * 60_000,
  });
}
