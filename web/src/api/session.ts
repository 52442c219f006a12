import { useMutation, useQuery } from "@tanstack/react-query";
import type * as z from "zod";
import { hasRole, type Role, type session } from "../../../contract/access.ts";
import { ApiError } from "../../../contract/client.ts";
import { client, sendCsrfToken } from "./client.ts";

export type Session = z.infer<typeof session>;
export const sessionKey = ["session"] as const;

/** Who is signed in; null for nobody. Without a session it keeps looking, so that signing in elsewhere is noticed. */
export function useSession() {
  return useQuery({
    queryKey: sessionKey,
    queryFn: async ({ signal }): Promise<Session | null> => {
      const found = await client.getSession({}, signal).catch((error: unknown) => {
        if (error instanceof ApiError && error.code === "unauthenticated") return null;
        throw error;
      });
      sendCsrfToken(found?.csrfToken ?? null);
      return found;
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: "always",
    refetchInterval: (query) => (query.state.data === null ? 4_000 : false),
  });
}

/** Whether the person signed in may do what this role may. The API decides; this only leaves out what it would refuse. */
export function useMay(role: Role): boolean {
  const { data } = useSession();
  return data ? hasRole(data.role, role) : false;
}

/** Signs out and forgets everything that was read: the page starts anew. */
export function useSignOut() {
  return useMutation({
    mutationFn: () => client.deleteSession(),
    onSuccess: () => {
      sessionStorage.clear();
      window.location.assign("/");
    },
  });
}
