import { QueryClient } from "@tanstack/react-query";
import { ApiError, UnreachableError } from "../../../contract/client.ts";

const passing = new Set(["internal", "unavailable", "rate_limited"]);

/** Whether the same request may do better in a moment. */
function mayPass(error: unknown): boolean {
  return error instanceof UnreachableError || (error instanceof ApiError && passing.has(error.code));
}

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      gcTime: 10 * 60_000,
      retry: (failures, error) => failures < 2 && mayPass(error),
      retryDelay: (failures) => Math.min(500 * 2 ** failures, 4_000),
      // Intervals rest while the tab is hidden; coming back brings what is stale up to date.
      refetchIntervalInBackground: false,
      refetchOnWindowFocus: true,
      refetchOnReconnect: true,
    },
    // A change that cannot be sent is told at once; it does not wait unseen for the network.
    mutations: { networkMode: "always", retry: false },
  },
});
