import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders } from "node:http";

/** Of the connection, not of the message. */
const hopByHop = [
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "http2-settings",
  "expect",
];
/** How an agent could sign in by itself; the gateway alone does that. */
const signIns = [
  "authorization",
  "proxy-authorization",
  "x-api-key",
  "api-key",
  "private-token",
  "job-token",
  "cookie",
];
/** What could make a server take the request for another one. */
const disguises =
  /^(forwarded|via|x-forwarded-.*|x-real-ip|x-original-.*|x-rewrite-.*|x-http-method.*|x-method-override)$/;
/** What an upstream keeps with the gateway and the agent is not told. */
const kept = [
  "set-cookie",
  "set-cookie2",
  "www-authenticate",
  "proxy-authenticate",
  "authentication-info",
  "proxy-authentication-info",
  "clear-site-data",
  "strict-transport-security",
  "alt-svc",
  "location",
];

/** What is wrong with a request's headers, in words: two of a kind could be read in two ways. */
export function headersFault({ rawHeaders, headers, method }: IncomingMessage, host: string): string | undefined {
  const names = rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return `The header ${twice} was sent twice.`;
  if (headers.host !== host) return `The gateway answers as ${host} only.`;
  const framed = headers["transfer-encoding"];
  if (framed !== undefined && framed.toLowerCase() !== "chunked") return "Bodies are sent whole or in chunks.";
  const bodiless = method === "GET" || method === "HEAD";
  if (bodiless && (framed !== undefined || Number(headers["content-length"] ?? 0) > 0)) {
    return `A ${method} has no body.`;
  }
  return undefined;
}

/** The headers that go on: without the connection's own, without any way to sign in, and asking for nothing compressed. */
export function onward({ headers }: IncomingMessage): OutgoingHttpHeaders {
  const onward: OutgoingHttpHeaders = { ...headers };
  for (const name of [...hopByHop, ...signIns, ...namedIn(headers.connection)]) delete onward[name];
  for (const name of Object.keys(onward)) if (disguises.test(name)) delete onward[name];
  onward["accept-encoding"] = "identity";
  return onward;
}

/** The headers of an answer that the agent gets to see. */
export function backward(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  const backward: OutgoingHttpHeaders = { ...headers };
  for (const name of [...hopByHop, ...kept, ...namedIn(headers.connection)]) delete backward[name];
  return backward;
}

const namedIn = (connection = "") => connection.split(",").map((name) => name.trim().toLowerCase());
