import type { Span } from "./matcher.ts";
import { textOf, type View } from "./view.ts";

/** Most UTF-16 units a shape can be long: what is longer is masked up to there. */
export const LONGEST_SHAPE = 8192;

/** None of these can go on and then fail: what they have looked at, they have found. */
const tokens = new RegExp(
  [
    "\\bsk-[\\w-]{16,300}",
    "\\bgh[opsur]_\\w{20,255}",
    "\\bgithub_pat_\\w{20,255}",
    "\\bglpat-[\\w-]{16,255}",
    "\\b(?:AKIA|ASIA)[0-9A-Z]{16}\\b",
    "\\bxox[a-z]-[\\w-]{10,255}",
    "\\bek_live_\\w{16,255}",
  ].join("|"),
  "g",
);

/** Whatever has the shape of a well-known token, in a text without control characters; as places in the original. */
export function shapeSpans(view: View): Span[] {
  const text = textOf(view);
  const spans = [
    ...Array.from(text.matchAll(tokens), (match): Span => [match.index, match.index + match[0].length]),
    ...webTokens(text),
    ...privateKeys(text),
  ];
  return spans.map(([start, end]) => [view.from[start] as number, view.to[end - 1] as number]);
}

/** Three parts with dots between them, of which the first two are JSON in base64. */
function* webTokens(text: string): Generator<Span> {
  if (!text.includes("eyJ")) return;
  for (const { 0: run, index } of text.matchAll(/[\w.-]+/g)) {
    const parts = run.split(".");
    let at = index;
    for (const [i, part] of parts.entries()) {
      const [payload = "", signature = ""] = [parts[i + 1], parts[i + 2]];
      const header = /\beyJ[\w-]{8}/.exec(part);
      if (header && /^eyJ[\w-]{8}/.test(payload) && signature.length >= 8)
        yield [at + header.index, at + part.length + payload.length + signature.length + 2];
      at += part.length + 1;
    }
  }
}

function* privateKeys(text: string): Generator<Span> {
  const footers = text.matchAll(/-----END [A-Z ]{0,40}PRIVATE KEY-----/g);
  let footer = footers.next().value;
  let end = 0;
  for (const { index: start } of text.matchAll(/-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----/g)) {
    if (start < end) continue;
    while (footer && footer.index < start) footer = footers.next().value;
    if (!footer) return;
    if (footer.index - start > LONGEST_SHAPE - 100) continue;
    end = footer.index + footer[0].length;
    yield [start, end];
  }
}
