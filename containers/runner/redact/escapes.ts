import { type Character, entityAt, hexAt } from "./entities.ts";
import { builder, type View } from "./view.ts";

const BACKSLASH = 0x5c;
const PERCENT = 0x25;
const AMPERSAND = 0x26;
const DOLLAR = 0x24;
const APOSTROPHE = 0x27;
const QUOTE = 0x22;

/** Ways to escape, by the character with which each begins: in URLs, in programs and shells, in HTML. */
export const everyWay = [PERCENT, BACKSLASH, APOSTROPHE, AMPERSAND];
export const singleWays = [[PERCENT], [BACKSLASH, APOSTROPHE], [AMPERSAND]];

/** One step of decoding, of these ways to escape. Undefined where there is nothing to decode. */
export function decoded(view: View, ways = everyWay): View | undefined {
  const { units } = view;
  const present = ways.filter((mark) => units.includes(mark));
  if (present.length === 0) return undefined;
  const { put, done } = builder(view);
  let changed = false;
  for (let i = 0; i < units.length; ) {
    const unit = units[i] as number;
    const found = present.includes(unit) ? decodeAt(units, i) : undefined;
    if (!found) {
      put(unit, i, ++i);
      continue;
    }
    changed = true;
    const { code, end } = found;
    if (code > 0xffff) {
      put(0xd800 + ((code - 0x10000) >> 10), i, end);
      put(0xdc00 + ((code - 0x10000) & 0x3ff), i, end);
    } else if (code !== NONE) put(code, i, end);
    i = end;
  }
  return changed ? done() : undefined;
}

/** What stands for no character at all. */
const NONE = -1;

/** The character that is spelled here; undefined where it stands for itself. */
function decodeAt(units: Uint16Array, at: number): Character | undefined {
  const first = units[at];
  if (first === AMPERSAND) return entityAt(units, at);
  if (first === APOSTROPHE) return shellQuote(units, at);
  if (first !== PERCENT && first !== BACKSLASH) return undefined;
  const byte = byteAt(units, at);
  if (byte) return characterOf(units, byte);
  const mark = units[at + 1];
  if (mark === 0x75 || mark === 0x55) return unicode(units, at);
  if (first === PERCENT || mark === undefined) return undefined;
  return { code: simpleEscapes.get(mark) ?? mark, end: at + 2 };
}

/** `\n`, `\t` and the like; after a backslash every other character stands for itself. */
const simpleEscapes = new Map(
  Object.entries({ n: 10, r: 13, t: 9, b: 8, f: 12, v: 11, a: 7, e: 27, E: 27, 0: 0 }).map(([name, code]) => [
    name.charCodeAt(0),
    code,
  ]),
);

/** Between single quotes `'\''` and `'"'"'` are one; `'$'` before an escape is none. */
function shellQuote(units: Uint16Array, at: number): Character | undefined {
  const is = (...next: number[]) => next.every((unit, i) => units[at + 1 + i] === unit);
  if (is(BACKSLASH, APOSTROPHE, APOSTROPHE)) return { code: APOSTROPHE, end: at + 4 };
  if (is(QUOTE, APOSTROPHE, QUOTE, APOSTROPHE)) return { code: APOSTROPHE, end: at + 5 };
  if (is(DOLLAR, APOSTROPHE, BACKSLASH)) return { code: NONE, end: at + 3 };
  return undefined;
}

/** `\u0041`, `%u0041`, `\u{41}`, `\U00000041`. */
function unicode(units: Uint16Array, at: number): Character | undefined {
  const character = (start: number, digits: number, end: number) => {
    const code = hexAt(units, start, digits);
    return code >= 0 && code <= 0x10ffff ? { code, end } : undefined;
  };
  const start = at + 2;
  if (units[at + 1] === 0x55) return character(start, 8, start + 8);
  if (units[start] !== 0x7b) return character(start, 4, start + 4);
  const digits = units.subarray(start + 1, start + 8).indexOf(0x7d);
  return digits > 0 ? character(start + 1, digits, start + digits + 2) : undefined;
}

/** `%41`, `\x41` or `\101`. */
function byteAt(units: Uint16Array, at: number): Character | undefined {
  const percent = units[at] === PERCENT;
  if (!percent && units[at] !== BACKSLASH) return undefined;
  if (percent || units[at + 1] === 0x78) {
    const digits = percent ? at + 1 : at + 2;
    const code = hexAt(units, digits, 2);
    return code < 0 ? undefined : { code, end: digits + 2 };
  }
  let code = 0;
  for (let i = at + 1; i < at + 4; i++) {
    const digit = (units[i] ?? 0) - 0x30;
    if (digit < 0 || digit > 7) return undefined;
    code = code * 8 + digit;
  }
  return code > 255 ? undefined : { code, end: at + 4 };
}

/** The character that this byte and those after it are in UTF-8; where they are not UTF-8, the one of its number. */
function characterOf(units: Uint16Array, first: Character): Character {
  const lead = first.code;
  const more = lead >= 0xf0 && lead < 0xf8 ? 3 : lead >= 0xe0 ? 2 : lead >= 0xc2 ? 1 : 0;
  if (more === 0 || lead >= 0xf8) return first;
  let code = lead & (0x3f >> more);
  let { end } = first;
  for (let i = 0; i < more; i++) {
    const next = byteAt(units, end);
    if (!next || (next.code & 0xc0) !== 0x80) return first;
    code = (code << 6) | (next.code & 0x3f);
    end = next.end;
  }
  return code > 0x10ffff ? first : { code, end };
}
