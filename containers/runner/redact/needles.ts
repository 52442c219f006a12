import { decoded } from "./escapes.ts";
import { isBlank, skeleton, textOf, type View, viewOf } from "./view.ts";

/** Shorter values are not masked: they would tear ordinary words apart and protect nothing. */
export const SHORTEST = 6;
/** Values inside values: a JSON text in a JSON text. */
const DEEPEST = 4;
/** Times a text is decoded, one encoding inside the other. */
export const STEPS = 3;

/** What is looked for: in texts without what wraps and quotes, and as it is where that leaves out too much of it. */
export interface Needles {
  loose: string[];
  exact: string[];
}

export function needlesOf(secrets: readonly string[]): Needles {
  const loose = new Set<string>();
  const exact = new Set<string>();
  for (const secret of new Set(secrets.flatMap((value) => [...partsOf(value)]))) {
    let view: View | undefined = viewOf(secret);
    for (let step = 0; view && step <= STEPS; step++, view = decoded(view)) {
      const dense = textOf(skeleton(view));
      const whole = textOf(view);
      if (dense.length >= SHORTEST) loose.add(dense);
      if (dense.length < SHORTEST || dense[0] !== whole[0] || dense.at(-1) !== whole.at(-1)) exact.add(whole);
    }
    for (const spelling of spelledInBytes(Buffer.from(secret))) {
      const dense = textOf(skeleton(viewOf(spelling)));
      if (dense.length >= SHORTEST) loose.add(dense);
    }
  }
  return { loose: [...loose], exact: [...exact].filter((text) => text.length >= SHORTEST) };
}

/** The value itself, each of its lines, and the leaves of what it holds as JSON, from `SHORTEST` characters on. */
function* partsOf(value: string, depth = 0): Generator<string> {
  const text = trim(value);
  if (text.length < SHORTEST || depth > DEEPEST) return;
  yield text;
  const lines = text.split(/[\r\n\u0085\u2028\u2029]+/);
  if (lines.length > 1) for (const line of lines) yield* partsOf(line, DEEPEST);
  for (const leaf of leavesOf(text)) yield* partsOf(leaf, depth + 1);
}

function trim(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function leavesOf(text: string): string[] {
  if (!/^[[{"]/.test(text)) return [];
  const leaves: string[] = [];
  try {
    JSON.parse(text, (_, value: unknown) => {
      if (typeof value === "string" || typeof value === "number") leaves.push(String(value));
    });
  } catch {
    // It only looks like JSON.
  }
  return leaves;
}

/** Hex dumps, and base64 of something around the value. Escapes are not among them: texts are decoded instead. */
function spelledInBytes(bytes: Buffer): string[] {
  const hex = bytes.toString("hex");
  const pairs = (hex.match(/../g) ?? []).join(":");
  return [hex, hex.toUpperCase(), pairs, pairs.toUpperCase(), ...base64Cores(bytes)];
}

/** What base64 makes of the bytes at each of the three alignments, without the characters that neighbours share. */
function base64Cores(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes])
      .toString("base64")
      .replace(/=+$/, "");
    const shared = (before + bytes.length) % 3 === 0 ? 0 : 1;
    const core = encoded.slice(before === 0 ? 0 : before + 1, encoded.length - shared);
    return [core, core.replaceAll("+", "-").replaceAll("/", "_")];
  });
}
