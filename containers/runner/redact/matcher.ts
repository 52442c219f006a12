import { SHORTEST } from "./needles.ts";
import type { View } from "./view.ts";

export type Span = [start: number, end: number];

/** Any odd number does: two texts with one hash only mask too much. */
const BASE = 0x01000193;

/** Needles that begin alike, of one length. */
interface Kind {
  length: number;
  power: number;
  hashes: Set<number>;
}

/**
 * Finds many needles at once by hashes of what stands at each place. What a place costs depends on how many lengths of
 * needles begin as it does, never on how long they are or what follows: a text takes time in proportion to its length.
 */
export function createMatcher(needles: readonly string[]) {
  const kinds = new Map<number, Kind[]>();
  for (const needle of needles) {
    const key = hashOf(needle.slice(0, SHORTEST));
    const alike = kinds.get(key) ?? [];
    kinds.set(key, alike);
    const { length } = needle;
    const kind = alike.find((it) => it.length === length) ?? { length, power: powerOf(length), hashes: new Set() };
    if (kind.hashes.size === 0) alike.push(kind);
    kind.hashes.add(hashOf(needle));
  }
  for (const alike of kinds.values()) alike.sort((a, b) => b.length - a.length);
  const firstPower = powerOf(SHORTEST);
  const longest = needles.reduce((most, needle) => Math.max(most, needle.length), 0);

  /** Where needles are, as places in the original text; spans may overlap. */
  function find({ units, from, to }: View): Span[] {
    const spans: Span[] = [];
    if (kinds.size === 0 || units.length < SHORTEST) return spans;
    const prefix = prefixHashes(units);
    const hash = (at: number, length: number, power: number) =>
      ((prefix[at + length] as number) - Math.imul(prefix[at] as number, power)) | 0;
    let last: Span | undefined;
    for (let at = 0; at + SHORTEST <= units.length; at++) {
      const alike = kinds.get(hash(at, SHORTEST, firstPower));
      const kind = alike?.find(
        ({ length, power, hashes }) => at + length <= units.length && hashes.has(hash(at, length, power)),
      );
      if (!kind) continue;
      const span: Span = [from[at] as number, to[at + kind.length - 1] as number];
      if (last && span[0] <= last[1]) last[1] = Math.max(last[1], span[1]);
      else {
        last = span;
        spans.push(span);
      }
    }
    return spans;
  }
  return { find, longest };
}

const add = (hash: number, unit: number) => (Math.imul(hash, BASE) + unit + 1) | 0;

function hashOf(text: string): number {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = add(hash, text.charCodeAt(i));
  return hash;
}

function prefixHashes(units: Uint16Array): Int32Array {
  const prefix = new Int32Array(units.length + 1);
  for (let i = 0; i < units.length; i++) prefix[i + 1] = add(prefix[i] as number, units[i] as number);
  return prefix;
}

function powerOf(length: number): number {
  let power = 1;
  for (let i = 0; i < length; i++) power = Math.imul(power, BASE);
  return power;
}
