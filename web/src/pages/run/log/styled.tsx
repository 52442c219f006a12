import type { CSSProperties, ReactNode } from "react";
import type { Span, TextStyle } from "../../../../../contract/terminal-text.ts";
import { filled, textColour } from "./colours.ts";
import classes from "./log.module.css";

interface StyledProps {
  text: string;
  /** The same text in pieces where it has styles. */
  spans?: readonly Span[] | undefined;
  /** What was searched for; it is marked, also across pieces. */
  pattern?: RegExp | undefined;
}

/** A text in the colours that a program gave it. */
export function Styled({ text, spans, pattern }: StyledProps): ReactNode {
  if (!spans && !pattern) return text;
  return piecesOf(text, spans ?? [{ text }], pattern).map(({ text, style, isMatch }, index) => {
    const look = style && { className: classNames(style), style: colours(style) };
    if (!look && !isMatch) return text;
    const Piece = isMatch ? "mark" : "span";
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: the pieces have no other name, and never move.
      <Piece key={index} {...look}>
        {text}
      </Piece>
    );
  });
}

interface Piece extends Span {
  isMatch: boolean;
}

/** Cuts where a style or a match begins or ends. */
export function piecesOf(text: string, spans: readonly Span[], pattern: RegExp | undefined): Piece[] {
  const edges = pattern ? matchEdges(text, pattern) : [];
  const pieces: Piece[] = [];
  let [at, edge] = [0, 0];
  for (const span of spans) {
    const end = at + span.text.length;
    const start = at;
    while (at < end) {
      const next = Math.min(edges[edge] ?? end, end);
      if (next > at) pieces.push({ ...span, text: span.text.slice(at - start, next - start), isMatch: edge % 2 === 1 });
      if (edges[edge] === next) edge += 1;
      at = next;
    }
  }
  return pieces;
}

/** Where each match begins and ends, by turns. */
function matchEdges(text: string, pattern: RegExp): number[] {
  return [...text.matchAll(new RegExp(pattern, "giu"))].flatMap(({ index, 0: match }) => [index, index + match.length]);
}

const flags = ["bold", "dim", "italic", "underline", "strike"] as const;

function classNames(style: TextStyle): string {
  const names = flags.filter((flag) => style[flag]).map((flag) => classes[flag]);
  const [front, back] = ends(style);
  if (style.inverse && front === undefined && back === undefined) names.push(classes.inverse);
  else if (front !== undefined && back === undefined) names.push(classes.coloured);
  return names.join(" ");
}

function colours(style: TextStyle): CSSProperties | undefined {
  const [front, back] = ends(style);
  if (back !== undefined) {
    const { fill, text } = filled(back, front);
    return { color: text, backgroundColor: fill };
  }
  if (front === undefined) return undefined;
  const { light, dark } = textColour(front);
  return { "--text-light": light, "--text-dark": dark } as CSSProperties;
}

/** The colours of the text and of what is behind it. */
const ends = ({ fg, bg, inverse }: TextStyle) => (inverse ? ([bg, fg] as const) : ([fg, bg] as const));
