import { skipToken, useMutation, useQuery } from "@tanstack/react-query";
import type * as z from "zod";
import { hasRole, type Role, type session } from "../../../contract/access.ts";
import { ApiError } from "../../../contract/client.ts";
import { client, sendCsrfToken } from "./client.ts";

export type Session = z.infer<typeof session>;
export const sessionKey = ["session"] as const;
const lastSessionKey = ["session", "last"] as const;

/** Who is signed in; null for nobody. Without a session it keeps looking, so that signing in elsewhere is noticed. */
export function useSession() {
  return useQuery({
    queryKey: sessionKey,
    queryFn: async ({ signal, client: queries }): Promise<Session | null> => {
      const found = await client.getSession({}, signal).catch((error: unknown) => {
        if (error instanceof ApiError && error.code === "unauthenticated") return null;
        throw error;
      });
      sendCsrfToken(found?.csrfToken ?? null);
      if (found) queries.setQueryData(lastSessionKey, found);
      return found;
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: "always",
    refetchInterval: (query) => (query.state.data === null ? 4_000 : false),
  });
}

/** The session as it last was: one that has ended leaves the page with what it showed. */
function useLastSession(): Session | undefined {
  return useQuery<Session>({ queryKey: lastSessionKey, queryFn: skipToken, gcTime: Number.POSITIVE_INFINITY }).data;
}

/** Whether the role of who is, or was just now, signed in is enough. The API decides; this is for what is shown. */
export function useMay(role: Role): boolean {
  const session = useLastSession();
  return session !== undefined && hasRole(session.role, role);
}

/** Why this person may not do now what needs the role; undefined where they may. */
export function useWhyNot(needs: Role): string | undefined {
  const { data } = useSession();
  const isEnough = useMay(needs);
  if (!isEnough) return `Only ${needs}s of this workspace may do this. Ask one of them, or for the role.`;
  return data ? undefined : "Your session has ended. Sign in, and go on here.";
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
