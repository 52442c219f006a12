import { buffer } from "node:stream/consumers";
import { usageError } from "./exit.ts";
import type { Terminal } from "./terminal.ts";

/** What is piped in, as text. `what` is what it is to be: "the prompt". Errors: usage, for what is no UTF-8. */
export async function pipedText({ stdin }: Terminal, what: string): Promise<string> {
  return textOf(await buffer(stdin), `What was piped in as ${what}`);
}

/** Bytes as the text they are. Read leniently they would be stored damaged. Errors: usage, for what is no UTF-8. */
export function textOf(bytes: Uint8Array, what: string): string {
  if (isUtf16(bytes)) throw usageError(`${what} is UTF-16, not UTF-8; ${conversion("UTF-16")}`);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw usageError(`${what} is not UTF-8 text: it is binary, or in another encoding; ${conversion("LATIN1")}`);
  }
  if (text.includes("\0")) throw usageError(`${what} is binary, not text: it has null characters.`);
  return text;
}

const conversion = (from: string) => `text is converted by a command such as \`iconv -f ${from} -t UTF-8\`.`;

/** By its byte order mark, or by the zeros that ASCII has in it. */
function isUtf16(bytes: Uint8Array): boolean {
  const [first = 0, second = 0] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return true;
  const zeros = [0, 1].map((offset) =>
    bytes.subarray(0, 64).filter((byte, index) => index % 2 === offset && byte === 0),
  );
  const half = Math.floor(Math.min(bytes.length, 64) / 2);
  return half > 1 && zeros.some(({ length }) => length > half * 0.9);
}
