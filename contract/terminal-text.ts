/**
 * What of a terminal's control sequences is kept, for the console and the command line alike: colours and weights.
 * Everything else is hostile or means nothing outside of a terminal: movements of the cursor, titles, links, the
 * clipboard, device strings, other controls, and marks that turn the direction of what follows.
 */

/** One of the palette's 256 colours, or an exact one as `#rrggbb`. */
export type Colour = number | `#${string}`;

export interface TextStyle {
  readonly fg?: Colour;
  readonly bg?: Colour;
  readonly bold?: true;
  readonly dim?: true;
  readonly italic?: true;
  readonly underline?: true;
  readonly strike?: true;
  readonly inverse?: true;
}

/** A piece of text of one style. Its only controls are tabs and line breaks. */
export interface Span {
  readonly text: string;
  readonly style?: TextStyle;
}

/** A text of more spans goes on without styles: nobody draws thousands of elements for one line. */
const mostSpans = 1_000;
/** Characters of the parameters of a colour; a longer sequence is dropped. */
const mostParameters = 128;
/** Characters of a title or another string; one that does not end by then is no string, and its text is shown. */
const mostString = 4_096;

// biome-ignore-start lint/suspicious/noControlCharactersInRegex: these are what is looked for.
const special = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;
const sequence = /([0-?]*)([ -/]*)([@-~]?)/y;
const stringEnd = new RegExp(`[^\\u0007\\u001b\\u009c\\n]{0,${mostString}}(?:\\u0007|\\u001b\\\\|\\u009c)`, "y");
const shortEscape = /[ -/]*[0-~]?/y;
// biome-ignore-end lint/suspicious/noControlCharactersInRegex: these are what is looked for.
const joinsBefore = /^(?:\p{M}|\u200d)$/u;

/** A text as a terminal would show it in the end: what a carriage return or a backspace wrote over is gone. */
export function terminalSpans(text: string): Span[] {
  if (!special.test(text)) return text === "" ? [] : [{ text }];
  const screen = new Screen();
  for (let at = 0; at < text.length; ) at = step(text, at, screen);
  return screen.done();
}

/** The same without styles. */
export function plainText(text: string): string {
  return special.test(text)
    ? terminalSpans(text)
        .map((span) => span.text)
        .join("")
    : text;
}

/** The same for a terminal that knows colours: only sequences of styles, and none of them stays on. */
export function terminalText(text: string, base: TextStyle = {}): string {
  return terminalSpans(text)
    .map((span) => {
      const codes = codesOf({ ...base, ...span.style });
      // The line breaks at its end stand outside, so that a caller can trim them.
      const end = span.text.length - breaksAtEnd(span.text);
      if (codes === "" || end === 0) return span.text;
      return `\u001b[${codes}m${span.text.slice(0, end)}\u001b[0m${span.text.slice(end)}`;
    })
    .join("");
}

function breaksAtEnd(text: string): number {
  let count = 0;
  while (text.at(-1 - count) === "\n") count += 1;
  return count;
}

/** Takes what begins at this place, and answers where the next begins. */
function step(text: string, at: number, screen: Screen): number {
  const code = text.codePointAt(at) as number;
  switch (code) {
    case 0x1b:
      return escapeSequence(text, at + 1, screen);
    case 0x9b:
      return control(text, at + 1, screen);
    case 0x90:
    case 0x98:
    case 0x9d:
    case 0x9e:
    case 0x9f:
      return afterString(text, at + 1);
    case 0x0a:
      screen.lineBreak();
      return at + 1;
    case 0x0d:
      screen.column = 0;
      return at + 1;
    case 0x08:
      screen.column = Math.max(0, screen.column - 1);
      return at + 1;
  }
  const character = String.fromCodePoint(code);
  if (!special.test(character)) screen.put(character);
  return at + character.length;
}

function escapeSequence(text: string, at: number, screen: Screen): number {
  const next = text[at];
  if (next === "[") return control(text, at + 1, screen);
  if (next !== undefined && "]PX^_".includes(next)) return afterString(text, at + 1);
  return at + (matchAt(shortEscape, text, at)?.[0].length ?? 0);
}

/** A sequence that begins with ESC [: a style, the erasing of a line, or nothing to us. One without an end is dropped. */
function control(text: string, at: number, screen: Screen): number {
  const [whole = "", parameters = "", between = "", final = ""] = matchAt(sequence, text, at) ?? [];
  if (between === "" && parameters.length <= mostParameters && /^[\d;:]*$/.test(parameters)) {
    if (final === "m") screen.style = restyled(screen.style, parameters);
    else if (final === "K") screen.erase(parameters);
  }
  return at + whole.length;
}

function afterString(text: string, at: number): number {
  return at + (matchAt(stringEnd, text, at)?.[0].length ?? 0);
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

interface Cell {
  text: string;
  style: TextStyle | undefined;
}

const blank: Cell = { text: " ", style: undefined };

/** The line that is written, and the ones before it. */
class Screen {
  column = 0;
  style: TextStyle | undefined;
  private line: Cell[] = [];
  private readonly spans: Cell[] = [];

  put(character: string): void {
    const before = this.line[this.column - 1];
    if (before && joinsBefore.test(character)) {
      before.text += character;
      return;
    }
    while (this.line.length < this.column) this.line.push({ ...blank });
    this.line[this.column] = { text: character, style: this.style };
    this.column += 1;
  }

  lineBreak(): void {
    this.flush("\n");
  }

  /** To the end of the line by default, to its beginning (1), or the whole of it (2). */
  erase(which: string): void {
    if (which === "" || which === "0") this.line.length = Math.min(this.line.length, this.column);
    else if (which === "2") this.line = [];
    else if (which === "1") this.line = this.line.map((cell, at) => (at > this.column ? cell : { ...blank }));
  }

  done(): Span[] {
    this.flush("");
    return this.spans.map(({ text, style }) => (style ? { text, style } : { text }));
  }

  private flush(end: string): void {
    for (const cell of this.line) this.append(cell.text, cell.style);
    if (end) this.append(end, this.spans.at(-1)?.style);
    this.line = [];
    this.column = 0;
  }

  private append(text: string, wanted: TextStyle | undefined): void {
    const last = this.spans.at(-1);
    const style = this.spans.length < mostSpans ? wanted : undefined;
    if (last && last.style === style) last.text += text;
    else this.spans.push({ text, style });
  }
}

type Flag = Exclude<keyof TextStyle, "fg" | "bg">;
const switches: Record<number, Flag> = {
  1: "bold",
  2: "dim",
  3: "italic",
  4: "underline",
  7: "inverse",
  9: "strike",
  21: "underline",
};
const ends: Record<number, readonly (keyof TextStyle)[]> = {
  22: ["bold", "dim"],
  23: ["italic"],
  24: ["underline"],
  27: ["inverse"],
  29: ["strike"],
  39: ["fg"],
  49: ["bg"],
};

/** The style after a sequence such as `1;38;5;208`. Text that asks to be hidden or to blink is shown as it is. */
function restyled(before: TextStyle | undefined, parameters: string): TextStyle | undefined {
  let style: { -readonly [Key in keyof TextStyle]: TextStyle[Key] } = { ...before };
  const parts = parameters.split(";");
  for (let at = 0; at < parts.length; at += 1) {
    const [first = "", ...more] = (parts[at] ?? "").split(":");
    const code = Number(first);
    const flag = switches[code];
    if (code === 0) style = {};
    else if (code === 4 && more[0] === "0") delete style.underline;
    else if (flag) style[flag] = true;
    else if (ends[code]) for (const key of ends[code]) delete style[key];
    else if (code === 38 || code === 48) {
      const { colour, taken } = more.length > 0 ? { ...exact(more), taken: 0 } : exact(parts.slice(at + 1, at + 5));
      if (colour !== undefined) style[code === 38 ? "fg" : "bg"] = colour;
      at += taken;
    } else if (code >= 30 && code <= 37) style.fg = code - 30;
    else if (code >= 40 && code <= 47) style.bg = code - 40;
    else if (code >= 90 && code <= 97) style.fg = code - 82;
    else if (code >= 100 && code <= 107) style.bg = code - 92;
  }
  return Object.keys(style).length > 0 ? style : undefined;
}

/** The colour behind 38 or 48, and how many parameters it took: `5;208` or `2;255;128;0`, with colons also `2::255:128:0`. */
function exact(parts: readonly string[]): { colour: Colour | undefined; taken: number } {
  if (parts[0] === "5") return { colour: byte(parts[1]), taken: 2 };
  if (parts[0] !== "2") return { colour: undefined, taken: 0 };
  const rgb = parts.slice(1).slice(-3).map(byte);
  const known = rgb.length === 3 && rgb.every((part) => part !== undefined);
  return {
    colour: known ? `#${rgb.map((part) => part?.toString(16).padStart(2, "0")).join("")}` : undefined,
    taken: 4,
  };
}

function byte(text: string | undefined): number | undefined {
  const number = /^\d{1,3}$/.test(text ?? "") ? Number(text) : Number.NaN;
  return number <= 255 ? number : undefined;
}

function codesOf(style: TextStyle): string {
  const flags = Object.entries(switches).flatMap(([code, flag]) => (code !== "21" && style[flag] ? [code] : []));
  return [...flags, ...colourCodes(style.fg, 0), ...colourCodes(style.bg, 10)].join(";");
}

function colourCodes(colour: Colour | undefined, shift: 0 | 10): (string | number)[] {
  if (colour === undefined) return [];
  if (typeof colour === "string") {
    const parts = [1, 3, 5].map((from) => Number.parseInt(colour.slice(from, from + 2), 16));
    return [38 + shift, 2, ...parts];
  }
  if (colour > 15) return [38 + shift, 5, colour];
  return [colour < 8 ? 30 + shift + colour : 82 + shift + colour];
}
