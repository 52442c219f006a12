import type { IncomingMessage } from "node:http";
import { Sha256 } from "@smithy/core/checksum";
import { SignatureV4 } from "@smithy/signature-v4";

export interface Signatory {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/**
 * Whether a request has the signature that AWS would ask for: by this key, for this service and region, over its host,
 * whichever headers it names, and its body as it came. How old it is, is not looked at: a machine may have slept.
 */
export async function isSignedBy(
  signatory: Signatory,
  { service, region }: { service: string; region: string },
  request: IncomingMessage,
  body: Buffer,
): Promise<boolean> {
  const names = /, SignedHeaders=([^,]+), /.exec(request.headers.authorization ?? "")?.[1]?.split(";") ?? [];
  const date = dateOf(String(request.headers["x-amz-date"] ?? ""));
  if (!names.includes("host") || date === undefined) return false;
  // What the body comes to is worked out here: a sum that the sender names proves nothing.
  const named = names.filter((name) => name !== "x-amz-content-sha256");
  const url = new URL(request.url ?? "/", "http://localhost");
  const again = await new SignatureV4({ credentials: signatory, service, region, sha256: Sha256 }).sign(
    {
      method: request.method ?? "",
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: Object.fromEntries(named.map((name) => [name, String(request.headers[name] ?? "")])),
      body,
    },
    { signingDate: date },
  );
  return again.headers.authorization === request.headers.authorization;
}

/** `20261120T062000Z` */
function dateOf(text: string): Date | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (!parts) return undefined;
  const [, year, month, day, hour, minute, second] = parts;
  const date = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
