import type { APIGatewayProxyEvent } from "aws-lambda";
import { invalid, Refusal } from "../../core/error.ts";
import { headerOf } from "./header.ts";

const bodyLimit = 256 * 1024;

/**
 * The JSON of a request's body. What could only be stored damaged is refused: other encodings, bytes that are no UTF-8,
 * null characters and halves of a surrogate pair. Where `mends`, the last two are kept as far as they can be: what an
 * agent has written must not be lost for it.
 */
export function bodyOf(event: APIGatewayProxyEvent, { mends }: { mends: boolean }): unknown {
  checkType(headerOf(event, "content-type") ?? "");
  checkEncoding(headerOf(event, "content-encoding"));
  const bytes = Buffer.from(event.body ?? "", event.isBase64Encoded ? "base64" : "utf8");
  if (bytes.length > bodyLimit) throw new Refusal("payload_too_large", "The body is larger than 256 KB.");
  const body = jsonOf(textOf(bytes), mends);
  if (!mends) checkText(body);
  return body;
}

function checkType(type: string): void {
  if (!/^\s*application\/json\s*(;|$)/i.test(type)) {
    throw new Refusal("unsupported_media_type", "Send the body as application/json.");
  }
  const charset = /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(type)?.[1] ?? "utf-8";
  if (/^utf-?8$/i.test(charset)) return;
  throw new Refusal("unsupported_media_type", `Send the body as UTF-8, which JSON is written in, not as ${charset}.`);
}

function checkEncoding(encoding = ""): void {
  const name = encoding.trim().toLowerCase();
  if (name === "" || name === "identity") return;
  throw new Refusal(
    "unsupported_media_type",
    `Send the body as it is: the Content-Encoding ${name} is not understood.`,
  );
}

function textOf(bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Refusal("malformed_json", "The body is not UTF-8 text. Convert it to UTF-8, then send it again.");
  }
}

function jsonOf(text: string, mends: boolean): unknown {
  try {
    // Half a surrogate pair, as an escape can spell it, has no UTF-8 and so no place in DynamoDB.
    return JSON.parse(
      text,
      mends ? (_, value) => (typeof value === "string" ? value.toWellFormed() : value) : undefined,
    );
  } catch {
    throw new Refusal("malformed_json", "The body is not valid JSON.");
  }
}

/** Names each field whose text cannot be kept as it is. Not by recursion: JSON nests deeper than a stack. */
function checkText(body: unknown): void {
  const faults = new Map<string, string>();
  const open: [path: string, value: unknown][] = [["", body]];
  for (let next = open.pop(); next; next = open.pop()) {
    const [path, value] = next;
    if (typeof value === "string") note(faults, path || "body", value);
    if (typeof value !== "object" || value === null) continue;
    for (const [name, part] of Object.entries(value)) {
      const place = path === "" ? name : `${path}.${name}`;
      if (name === "__proto__") faults.set(place, "is a reserved name");
      note(faults, place.toWellFormed(), name);
      open.push([place, part]);
    }
  }
  if (faults.size > 0) throw invalid(Object.fromEntries([...faults].reverse()));
}

function note(faults: Map<string, string>, path: string, text: string): void {
  if (text.includes("\0"))
    faults.set(path, "must not contain a null character: it is binary, or text in another encoding");
  else if (!text.isWellFormed()) faults.set(path, "contains half a character (a lone surrogate), which is no text");
}
