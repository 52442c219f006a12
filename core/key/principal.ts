import { hasRole, type Role } from "../../contract/access.ts";
import type { Requester } from "../../contract/run.ts";
import { Refusal } from "../error.ts";

/** Who asks. The workspace always comes from here, never from the request. */
export interface Principal {
  workspaceId: string;
  /** Of an API key. */
  id: string | null;
  name: string;
  role: Role;
  via: "session" | "key";
  /** How far it may go by itself: 0 to 3. A person's session has all of it. */
  autonomy: number;
  expiresAt: string | null;
}

/** The principal as it is kept with what it asked for. */
export function requesterOf({ via, id, name }: Principal): Requester {
  return { kind: via === "key" ? "key" : "member", id, name };
}

/** What an operation asks of a principal. */
export interface Demand {
  role: Role;
  changes: boolean;
}

const readOnly =
  "This API key has autonomy 0, so it may only read. Make one of autonomy 1 or more for changes: in the console under " +
  "Settings, or with `errand key create NAME --autonomy 1`.";

export function demand(principal: Principal | undefined, { role, changes }: Demand): Principal {
  if (!principal) throw new Refusal("unauthenticated", "Sign in, or send a valid API key.");
  if (!hasRole(principal.role, role))
    throw new Refusal("forbidden", `This needs the role ${role}; you are ${principal.role}.`);
  if (changes && principal.autonomy === 0) throw new Refusal("forbidden", readOnly);
  return principal;
}
