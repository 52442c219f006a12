import { session } from "../../../contract/access.ts";
import { type Client, createClient } from "../../../contract/client.ts";
import { errorEnvelope } from "../../../contract/error.ts";
import { noteAnswer, noteSilence } from "../lib/connection.ts";

let csrfToken: string | null = null;
let onSignedOut = (): void => {};

/** Every change carries this token from now on. */
export function sendCsrfToken(token: string | null): void {
  csrfToken = token;
}

/** Told whenever the API answers that nobody is signed in. */
export function whenSignedOut(listener: () => void): void {
  onSignedOut = listener;
}

/** The API at this page's own origin, with the session's cookie. */
export const client: Client = createClient({
  baseUrl: window.location.origin,
  headers: (): Record<string, string> => (csrfToken === null ? {} : { "x-csrf-token": csrfToken }),
  fetch: watchedFetch,
});

async function watchedFetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const response = await noted(input, init);
  if (response.status === 401) onSignedOut();
  if (response.status !== 403 || (await codeOf(response)) !== "csrf_failed") return response;
  // Another tab has signed in anew: its session has another token.
  const fresh = await freshToken();
  if (fresh === null || fresh === csrfToken) return response;
  csrfToken = fresh;
  return noted(input, { ...init, headers: { ...(init?.headers as Record<string, string>), "x-csrf-token": fresh } });
}

async function noted(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  try {
    const response = await fetch(input, init);
    noteAnswer();
    return response;
  } catch (error) {
    const given = init?.signal?.aborted && init.signal.reason?.name !== "TimeoutError";
    if (!given) noteSilence();
    throw error;
  }
}

async function codeOf(response: Response): Promise<string | undefined> {
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => undefined);
  return errorEnvelope.safeParse(body).data?.error.code;
}

async function freshToken(): Promise<string | null> {
  const response = await noted("/api/session");
  return response.ok ? (session.safeParse(await response.json()).data?.csrfToken ?? null) : null;
}
