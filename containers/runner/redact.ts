/** Takes the place of whatever was masked. */
export const MASK = "[redacted]";

/** Masks secrets in text: given ones in any common spelling, and whatever has the shape of a well-known token. */
export interface Redactor {
  /** Masks a whole text. Do this before any truncation: half a secret is not recognised. */
  redact(text: string): string;
  /** Masks a text that comes in pieces; what a later piece could still turn into a secret is held back. */
  stream(): { write(chunk: string): string; end(): string };
}

/** Shorter values are not masked: they would tear ordinary words apart and protect nothing. */
const SHORTEST = 6;
/** Most UTF-16 units a shape can be long: what is longer is masked up to there. */
const LONGEST_SHAPE = 8192;
/** A stream never holds back more than this, whatever is written to it. */
const MOST_HELD = 1 << 20;

const shapes = new RegExp(
  [
    "-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\\s\\S]{0,8000}?-----END [A-Z ]{0,40}PRIVATE KEY-----",
    "\\beyJ[\\w-]{8,2000}\\.eyJ[\\w-]{8,4000}\\.[\\w-]{8,2000}",
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

type Span = [start: number, end: number];

/** White space is left out of the comparison, also where it is escaped, so that wrapping a secret does not hide it. */
const blank = /\\[nrt]|\s/g;

export function createRedactor(secrets: readonly string[]): Redactor {
  const needles = [...new Set(secrets.flatMap(spellings).map((spelling) => spelling.replace(blank, "")))]
    .filter((needle) => needle.length >= SHORTEST)
    .sort((a, b) => b.length - a.length);
  const reach = Math.max(LONGEST_SHAPE, ...needles.map((needle) => needle.length));
  const spansOf = (text: string) => merge([...secretSpans(text, needles), ...shapeSpans(text)]);

  function stream() {
    let held = "";
    return {
      write(chunk: string) {
        held += chunk;
        if (held.length <= 2 * reach) return "";
        const spans = spansOf(held);
        const safe = safeCut(held, reach, spans);
        const cut = held.length - safe > MOST_HELD ? held.length : safe;
        const out = mask(
          held.slice(0, cut),
          spans.filter(([, end]) => end <= cut),
        );
        held = held.slice(cut);
        return out;
      },
      end() {
        const out = mask(held, spansOf(held));
        held = "";
        return out;
      },
    };
  }
  return { redact: (text) => mask(text, spansOf(text)), stream };
}

/** The end of what can be let go: `reach` visible characters stay, and no span is cut in two. */
function safeCut(text: string, reach: number, spans: Span[]): number {
  const visible = text.replace(blank, "").length;
  const cut = visible > reach ? (positions(text, visible)[visible - reach] as number) : 0;
  const straddling = spans.find(([start, end]) => start < cut && end > cut);
  return straddling ? straddling[0] : cut;
}

function secretSpans(text: string, needles: string[]): Span[] {
  const dense = text.replace(blank, "");
  const hits: Span[] = [];
  for (const needle of needles) {
    for (let at = dense.indexOf(needle); at >= 0; at = dense.indexOf(needle, at + 1))
      hits.push([at, at + needle.length]);
  }
  if (hits.length === 0 || dense.length === text.length) return hits;
  const original = positions(text, dense.length);
  return hits.map(([start, end]) => [original[start] as number, (original[end - 1] as number) + 1]);
}

/** For each character of the text without white space, where it stands in the text itself. */
function positions(text: string, length: number): Uint32Array {
  const original = new Uint32Array(length);
  let dense = 0;
  let at = 0;
  for (const match of text.matchAll(blank)) {
    while (at < match.index) original[dense++] = at++;
    at = match.index + match[0].length;
  }
  while (at < text.length) original[dense++] = at++;
  return original;
}

function shapeSpans(text: string): Span[] {
  return Array.from(text.matchAll(shapes), (match) => [match.index, match.index + match[0].length]);
}

function merge(spans: Span[]): Span[] {
  const merged: Span[] = [];
  for (const span of spans.sort((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (last && span[0] <= last[1]) last[1] = Math.max(last[1], span[1]);
    else merged.push(span);
  }
  return merged;
}

function mask(text: string, spans: Span[]): string {
  let out = "";
  let at = 0;
  for (const [start, end] of spans) {
    out += text.slice(at, start) + MASK;
    at = end;
  }
  return out + text.slice(at);
}

/** The ways in which programs print a value: as it is, in URLs, JSON, hex dumps and base64 of something around it. */
export function spellings(secret: string): string[] {
  if (secret.length < SHORTEST) return [];
  const bytes = [...Buffer.from(secret)];
  const url = encodeURIComponent(secret);
  const json = JSON.stringify(secret).slice(1, -1);
  return [
    secret,
    url,
    url.replace(/%[0-9A-F]{2}/g, (digits) => digits.toLowerCase()),
    url.replaceAll("%20", "+"),
    encodeURIComponent(url),
    json,
    json.replaceAll("/", "\\/"),
    JSON.stringify(json).slice(1, -1),
    [...secret].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`).join(""),
    ...hexes(bytes.map((byte) => byte.toString(16).padStart(2, "0"))),
    ...hexes(bytes.map((byte) => byte.toString(16).padStart(2, "0").toUpperCase())),
    ...base64Cores(bytes),
  ];
}

const hexes = (pairs: string[]) => [
  pairs.join(""),
  pairs.join(":"),
  pairs.map((pair) => `%${pair}`).join(""),
  pairs.map((pair) => `\\x${pair}`).join(""),
];

/** What base64 makes of the bytes at each of the three alignments, without the characters that neighbours share. */
function base64Cores(bytes: number[]): string[] {
  return [0, 1, 2].flatMap((before) => {
    const encoded = Buffer.from([...new Array(before).fill(0), ...bytes])
      .toString("base64")
      .replace(/=+$/, "");
    const shared = (before + bytes.length) % 3 === 0 ? 0 : 1;
    const core = encoded.slice(before === 0 ? 0 : before + 1, encoded.length - shared);
    return [core, core.replaceAll("+", "-").replaceAll("/", "_")];
  });
}
