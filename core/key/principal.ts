import { hasRole, type Role } from "../../contract/access.ts";
import { Refusal } from "../error.ts";

/** Who asks. The workspace always comes from here, never from the request. */
export interface Principal {
  workspaceId: string;
  name: string;
  role: Role;
  via: "session" | "key";
  expiresAt: string | null;
}

export function demand(principal: Principal | undefined, role: Role): Principal {
  if (!principal) throw new Refusal("unauthenticated", "Sign in, or send a valid API key.");
  if (!hasRole(principal.role, role))
    throw new Refusal("forbidden", `This needs the role ${role}; you are ${principal.role}.`);
  return principal;
}
