import type { APIGatewayProxyEvent } from "aws-lambda";
import type { Operation } from "../../contract/operations/operation.ts";
import { runTokenHeader } from "../../contract/operations/work.ts";
import type { Context } from "../../core/context.ts";
import { sameText } from "../../core/digest.ts";
import { Refusal } from "../../core/error.ts";
import { principalOfKey } from "../../core/key/key.ts";
import { demand, type Principal } from "../../core/key/principal.ts";
import { principalOfSession } from "../../core/key/session.ts";
import { sessionOf } from "./cookie.ts";
import { headerOf } from "./header.ts";

/** Who asks, as far as the operation wants to know. */
export interface Caller {
  /** Empty for operations that no member's role guards. */
  principal: Principal;
  /** The ticket or the claim token of a runner. */
  token: string;
  csrfToken: string | null;
}
const nobody: Caller = {
  principal: { workspaceId: "", id: null, name: "", role: "viewer", via: "key", autonomy: 0, expiresAt: null },
  token: "",
  csrfToken: null,
};

/** Settles who asks, before anything else of the request is looked at. */
export async function authenticate(ctx: Context, operation: Operation, event: APIGatewayProxyEvent): Promise<Caller> {
  if (operation.access === "public") return nobody;
  const bearer = /^Bearer (\S+)$/i.exec(headerOf(event, "authorization") ?? "")?.[1];
  if (operation.access === "ticket" || operation.access === "claim-token") {
    const token = headerOf(event, runTokenHeader) ?? bearer;
    if (token === undefined) throw new Refusal("unauthenticated", `Send the run's token as ${runTokenHeader}.`);
    return { ...nobody, token };
  }
  const wanted = { role: operation.access, changes: isChange(operation) };
  if (bearer !== undefined) return { ...nobody, principal: demand(await principalOfKey(ctx, bearer), wanted) };
  const session = await principalOfSession(ctx, sessionOf(event, ctx.config));
  const principal = demand(session?.principal, wanted);
  const csrfToken = session?.csrfToken ?? "";
  if (operation.method !== "GET" && !sameText(headerOf(event, "x-csrf-token") ?? "", csrfToken)) {
    throw new Refusal("csrf_failed", "Send the session's csrfToken in the header X-CSRF-Token.");
  }
  return { ...nobody, principal, csrfToken };
}

/** What a viewer may ask for changes nothing, whatever its method. */
function isChange({ method, access }: Operation): boolean {
  return method !== "GET" && access !== "viewer";
}
