import type { APIGatewayProxyEvent } from "aws-lambda";
import type { Config } from "../../core/context.ts";
import { headerOf } from "./header.ts";

type Place = Pick<Config, "apiUrl">;

const isSecure = ({ apiUrl }: Place) => apiUrl.startsWith("https:");

/** Over https the browser itself holds to the name: no other host, and no page over http, can set or replace it. */
const nameAt = (place: Place) => (isSecure(place) ? "__Host-errand_session" : "errand_session");

/** The session that a request carries; empty when it carries none. */
export function sessionOf(event: APIGatewayProxyEvent, place: Place): string {
  const name = nameAt(place);
  const cookies = (headerOf(event, "cookie") ?? "").split(/;\s*/);
  return cookies.find((cookie) => cookie.startsWith(`${name}=`))?.slice(name.length + 1) ?? "";
}

/** The Set-Cookie header that keeps a session for so many seconds; 0 ends it. */
export function setSession(place: Place, value: string, seconds: number): Record<string, string> {
  const secure = isSecure(place) ? "; Secure" : "";
  return { "set-cookie": `${nameAt(place)}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax${secure}` };
}
