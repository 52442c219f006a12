import type { Colour } from "../../../../../contract/terminal-text.ts";

type Rgb = [number, number, number];
/** A colour of text for each look of the console, as `#rrggbb`. */
interface Pair {
  light: string;
  dark: string;
}

/** The sixteen colours of a terminal, chosen to be read on every background that a line can have. */
const sixteen: readonly Pair[] = [
  { light: "#18181b", dark: "#a6a6b0" },
  { light: "#b3261e", dark: "#ff8a84" },
  { light: "#1a6b2f", dark: "#6fd08c" },
  { light: "#7a5200", dark: "#e6b450" },
  { light: "#2f4fc4", dark: "#8fa8ff" },
  { light: "#8a2a8f", dark: "#e08fe0" },
  { light: "#0b6670", dark: "#5fcfd8" },
  { light: "#5c5c66", dark: "#d0d0d6" },
  { light: "#62626c", dark: "#9a9aa6" },
  { light: "#c0262d", dark: "#ffa29d" },
  { light: "#1b7a37", dark: "#8ee6a6" },
  { light: "#8a5a00", dark: "#ffd479" },
  { light: "#3a5fd9", dark: "#adbfff" },
  { light: "#a3339f", dark: "#f0b0f0" },
  { light: "#0a7480", dark: "#8ae6ec" },
  { light: "#3a3a42", dark: "#ffffff" },
];

/** The hardest backgrounds of a line in each look: marked, linked, an error. */
export const backgrounds = {
  light: ["#ffffff", "#f1f2fe", "#f4f4f5", "#fef2f2"],
  dark: ["#111113", "#23243e", "#2a181a", "#1f1f21"],
} as const;
/** What WCAG asks of small text, and a little. */
const least = 4.6;

const known = new Map<Colour, Pair>();

/** A colour as text: where it could not be read it is darker, or lighter, than what was asked for. */
export function textColour(colour: Colour): Pair {
  const found = known.get(colour) ?? (typeof colour === "number" ? sixteen[colour] : undefined);
  if (found) return found;
  const asked = exact(colour);
  const pair = {
    light: hex(readable(asked, [0, 0, 0], backgrounds.light)),
    dark: hex(readable(asked, [255, 255, 255], backgrounds.dark)),
  };
  if (known.size < 1_000) known.set(colour, pair);
  return pair;
}

/** A colour behind text, and the one of the text on it: the one asked for if it can be read there. */
export function filled(background: Colour, text: Colour | undefined): { fill: string; text: string } {
  const fill = exact(background);
  const asked = text === undefined ? undefined : exact(text);
  const black: Rgb = [0, 0, 0];
  const white: Rgb = [255, 255, 255];
  const best = contrast(black, fill) > contrast(white, fill) ? black : white;
  return { fill: hex(fill), text: hex(asked && contrast(asked, fill) >= least ? asked : best) };
}

function readable(colour: Rgb, towards: Rgb, behind: readonly string[]): Rgb {
  for (let share = 0; share < 1; share += 0.05) {
    const mixed = colour.map((part, index) => Math.round(part + ((towards[index] ?? 0) - part) * share)) as Rgb;
    if (behind.every((each) => contrast(mixed, parse(each)) >= least)) return mixed;
  }
  return towards;
}

const steps = [0, 95, 135, 175, 215, 255];

/** The colour of a terminal's palette of 256. */
function exact(colour: Colour): Rgb {
  if (typeof colour === "string") return parse(colour);
  if (colour < 16) return parse((sixteen[colour] as Pair).light);
  if (colour > 231) return [0, 0, 0].map(() => 8 + (colour - 232) * 10) as Rgb;
  const index = colour - 16;
  return [Math.floor(index / 36), Math.floor(index / 6) % 6, index % 6].map((part) => steps[part] ?? 0) as Rgb;
}

const parse = (colour: string): Rgb => [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16)) as Rgb;
const hex = (rgb: Rgb): string => `#${rgb.map((part) => part.toString(16).padStart(2, "0")).join("")}`;

/** By WCAG 2: from 1 to 21. */
function contrast(a: Rgb, b: Rgb): number {
  const [more = 0, less = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (more + 0.05) / (less + 0.05);
}

function luminance(rgb: Rgb): number {
  const [red = 0, green = 0, blue = 0] = rgb.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
