import { jwtVerify, SignJWT } from "jose";
import * as z from "zod";
import { roles } from "../../contract/access.ts";
import type { Context } from "../context.ts";
import { signatureOf } from "../digest.ts";
import { Refusal } from "../error.ts";
import { derivedKey } from "../workspace/deployment-key.ts";
import type { Principal } from "./principal.ts";

const sessionSeconds = 7 * 86_400;
const linkSeconds = 86_400;

const claims = z.object({ sub: z.string(), name: z.string(), role: z.enum(roles), jti: z.string(), exp: z.number() });
type Person = Pick<Principal, "workspaceId" | "name" | "role">;

function personOf({ sub, name, role }: z.infer<typeof claims>): Person {
  return { workspaceId: sub, name, role };
}

async function sign(ctx: Context, purpose: "session" | "sign-in", person: Person, seconds: number): Promise<string> {
  const now = Math.floor(ctx.now().getTime() / 1000);
  return new SignJWT({ name: person.name, role: person.role })
    .setProtectedHeader({ alg: "HS256" })
    .setSubject(person.workspaceId)
    .setJti(Buffer.from(ctx.random(16)).toString("base64url"))
    .setIssuedAt(now)
    .setExpirationTime(now + seconds)
    .sign(await derivedKey(ctx, purpose));
}

async function verify(ctx: Context, purpose: "session" | "sign-in", token: string) {
  try {
    const key = await derivedKey(ctx, purpose);
    const { payload } = await jwtVerify(token, key, { algorithms: ["HS256"], currentDate: ctx.now() });
    return claims.parse(payload);
  } catch (error) {
    if (error instanceof z.ZodError || (error as { code?: string }).code?.startsWith("ERR_J")) return undefined;
    throw error;
  }
}

/** A link that signs a person in; good for a day, as often as it is followed. */
export async function signInLink(ctx: Context, person: Person): Promise<string> {
  const token = await sign(ctx, "sign-in", person, linkSeconds);
  return `${ctx.config.consoleUrl}/api/sign-in?token=${encodeURIComponent(token)}`;
}

/** The value of the session cookie for a followed link. */
export async function startSession(ctx: Context, linkToken: string): Promise<{ cookie: string; seconds: number }> {
  const link = await verify(ctx, "sign-in", linkToken);
  if (!link) throw new Refusal("unauthenticated", "This sign-in link is not valid any more; get a new one.");
  return { cookie: await sign(ctx, "session", personOf(link), sessionSeconds), seconds: sessionSeconds };
}

/** Who a session cookie is, and the token that every change made by it must carry. */
export async function principalOfSession(
  ctx: Context,
  cookie: string,
): Promise<{ principal: Principal; csrfToken: string } | undefined> {
  const session = await verify(ctx, "session", cookie);
  if (!session) return undefined;
  const expiresAt = new Date(session.exp * 1000).toISOString();
  return {
    principal: { ...personOf(session), id: null, via: "session", autonomy: 3, expiresAt },
    csrfToken: signatureOf(await derivedKey(ctx, "csrf"), session.jti),
  };
}
