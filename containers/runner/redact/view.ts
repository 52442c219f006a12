/**
 * A text as it reads after some steps of decoding. Unit `i` (of UTF-16) stands for the units `from[i]` to `to[i]`, end
 * exclusive, of the text that was printed.
 */
export interface View {
  units: Uint16Array;
  from: Uint32Array;
  to: Uint32Array;
}

export function viewOf(text: string): View {
  const view = {
    units: new Uint16Array(text.length),
    from: new Uint32Array(text.length),
    to: new Uint32Array(text.length),
  };
  for (let i = 0; i < text.length; i++) {
    view.units[i] = text.charCodeAt(i);
    view.from[i] = i;
    view.to[i] = i + 1;
  }
  return view;
}

export function textOf({ units }: View): string {
  return Buffer.from(units.buffer, units.byteOffset, units.byteLength).toString("utf16le");
}

/** Builds a view out of another one; no step makes a text longer. */
export function builder(source: View) {
  const { length } = source.units;
  const out: View = { units: new Uint16Array(length), from: new Uint32Array(length), to: new Uint32Array(length) };
  let used = 0;
  return {
    /** One unit in the place of the units `start` to `end`, end exclusive, of the source. */
    put(unit: number, start: number, end: number) {
      out.units[used] = unit;
      out.from[used] = source.from[start] as number;
      out.to[used++] = source.to[end - 1] as number;
    },
    done: (): View => ({
      units: out.units.subarray(0, used),
      from: out.from.subarray(0, used),
      to: out.to.subarray(0, used),
    }),
  };
}

const BACKSPACE = 0x08;
const ESC = 0x1b;
const CSI = 0x9b;
const BACKSLASH = 0x5c;
const APOSTROPHE = 0x27;
const QUOTE = 0x22;

/** White space, control characters and those of no width: what wraps or colours a text, and what hides in it. */
export function isBlank(unit: number): boolean {
  if (unit < 0x7f) return unit <= 0x20;
  if (unit <= 0xa0 || unit === 0xad) return true;
  if (unit < 0x1680) return unit === 0x34f || unit === 0x115f || unit === 0x1160;
  if (unit >= 0x2000 && unit <= 0x206f)
    return unit <= 0x200f || unit >= 0x2060 || (unit >= 0x2028 && unit <= 0x202f) || unit === 0x205f;
  if (unit >= 0xfe00 && unit <= 0xfe0f) return true;
  return [0x1680, 0x180b, 0x180c, 0x180d, 0x180e, 0x180f, 0x3000, 0x3164, 0xfeff, 0xffa0].includes(unit);
}

/** The first half of characters that only tag others and are never seen. */
const TAG = 0xdb40;

/** Also without what quotes and escapes put around single characters, and without the plus that is a form's space. */
const isLoose = (unit: number) =>
  isBlank(unit) || unit === BACKSLASH || unit === APOSTROPHE || unit === QUOTE || unit === 0x60 || unit === 0x2b;

function without(view: View, left: (unit: number) => boolean): View {
  const { put, done } = builder(view);
  for (let i = 0; i < view.units.length; i++) {
    const unit = view.units[i] as number;
    if (unit === TAG) i++;
    else if (!left(unit)) put(unit, i, i + 1);
  }
  return done();
}

/** The characters by which secrets are compared. */
export const skeleton = (view: View) => without(view, isLoose);

/** Without white space and control characters: an escape may be wrapped in its middle. */
export const unwrapped = (view: View) => without(view, isBlank);

/** Without control characters; white space stays. */
export const printable = (view: View) =>
  without(view, (unit) => isBlank(unit) && !(unit === 0x20 || (unit >= 9 && unit <= 13)));

/** Without the sequences that colour a terminal; undefined where there are none. */
export function uncoloured(view: View): View | undefined {
  const { units } = view;
  if (!units.includes(ESC) && !units.includes(CSI)) return undefined;
  const { put, done } = builder(view);
  for (let i = 0; i < units.length; ) {
    const end = sequenceEnd(units, i);
    if (end === i) put(units[i] as number, i, ++i);
    else i = end;
  }
  return done();
}

const isSecondHalf = (unit: number) => unit >= 0xdc00 && unit <= 0xdfff;

/** As a terminal shows what was typed over: a backspace takes the character before it away. Undefined where there is none. */
export function overstruck(view: View): View | undefined {
  const { units } = view;
  if (!units.includes(BACKSPACE)) return undefined;
  /** Where each character that stays begins, with what it was typed over, and where it is. */
  const kept: [start: number, at: number][] = [];
  let start = -1;
  for (let i = 0; i < units.length; i++) {
    if (units[i] === BACKSPACE) {
      const last = kept.pop();
      // A character of two units goes as a whole.
      const first = last && isSecondHalf(units[last[1]] as number) ? kept.pop() : last;
      start = first?.[0] ?? i;
    } else {
      kept.push([start < 0 ? i : start, i]);
      start = -1;
    }
  }
  const { put, done } = builder(view);
  for (const [from, at] of kept) put(units[at] as number, from, at + 1);
  return done();
}

/** Where the terminal's control sequence ends that begins here; `at` where none does. */
function sequenceEnd(units: Uint16Array, at: number): number {
  let i = at;
  if (units[i] === ESC) {
    const kind = units[++i];
    if (kind === 0x5d || kind === 0x50 || kind === 0x58 || kind === 0x5e || kind === 0x5f)
      return stringEnd(units, i + 1);
    if (kind !== 0x5b) return kind !== undefined && kind >= 0x20 && kind <= 0x2f ? i + 2 : i + 1;
  } else if (units[i] !== CSI) return at;
  i++;
  const most = i + 64;
  while (i < most && (units[i] ?? 0) >= 0x20 && (units[i] as number) <= 0x3f) i++;
  return Math.min(units.length, i + 1);
}

/** A title or a link goes on to BEL or ESC \. One that never ends is not one: its opening alone is left out. */
function stringEnd(units: Uint16Array, start: number): number {
  const most = Math.min(units.length, start + 4096);
  for (let i = start; i < most; i++) {
    if (units[i] === 0x07) return i + 1;
    if (units[i] === ESC) return units[i + 1] === BACKSLASH ? i + 2 : i;
  }
  return start;
}
