import { decoded, singleWays } from "./escapes.ts";
import { createMatcher, type Span } from "./matcher.ts";
import { needlesOf, STEPS } from "./needles.ts";
import { LONGEST_SHAPE, shapeSpans } from "./shapes.ts";
import { isBlank, overstruck, printable, skeleton, uncoloured, unwrapped, type View, viewOf } from "./view.ts";

/** Takes the place of whatever was masked. */
export const MASK = "[redacted]";

/** Masks secrets in text: given ones in any common spelling, and whatever has the shape of a well-known token. */
export interface Redactor {
  /** Masks a whole text. Do this before any truncation: half a secret is not recognised. */
  redact(text: string): string;
  /** Masks a text that comes in pieces; what a later piece could still turn into a secret is held back. */
  stream(): { write(chunk: string): string; end(): string };
}

/** Characters that one character of a secret may take, spelled out. */
const WIDEST = 16;
/** A stream never holds back more than this, whatever is written to it. */
const MOST_HELD = 1 << 20;

/**
 * Looks for the secrets in the text as it is, without its colours, and decoded up to `STEPS` times, and masks what was
 * printed there. Each of these takes time in proportion to the text.
 */
export function createRedactor(secrets: readonly string[]): Redactor {
  const needles = needlesOf(secrets);
  const loose = createMatcher(needles.loose);
  const exact = createMatcher(needles.exact);
  const reach = Math.min(MOST_HELD / 4, Math.max(LONGEST_SHAPE, WIDEST * Math.max(loose.longest, exact.longest)));

  function spansOf(text: string): Span[] {
    const view = viewOf(text);
    const plain = uncoloured(view);
    const typed = overstruck(plain ?? view);
    const found: Span[][] = [];
    for (const start of [view, plain, typed]) {
      if (!start) continue;
      found.push(shapeSpans(printable(start)));
      for (const reading of [...readings(start), ...[...readings(unwrapped(start))].slice(1)])
        found.push(loose.find(skeleton(reading)), exact.find(reading));
    }
    return merge(found.flat());
  }

  function stream() {
    let held = "";
    let enough = 2 * reach;
    return {
      write(chunk: string) {
        held += chunk;
        if (held.length < enough) return "";
        const spans = spansOf(held);
        const cut = held.length >= MOST_HELD ? held.length : safeCut(held, reach, spans);
        const out = mask(
          held.slice(0, cut),
          spans.filter(([, end]) => end <= cut),
        );
        held = held.slice(cut);
        // So that what cannot be let go is not looked through again with every piece.
        enough = Math.max(2 * reach, 2 * held.length);
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

/**
 * The text as it is and after each step of decoding, also without the colours that this brings to light. The first two
 * steps are also taken for each way to escape alone: a secret may hold what looks like an escape of another.
 */
function* readings(start: View): Generator<View> {
  yield start;
  for (const once of oneWayAtATime(start)) {
    yield once;
    yield* oneWayAtATime(once);
  }
  let view: View | undefined = start;
  for (let step = 1; step <= STEPS; step++) {
    view = decoded(view);
    if (!view) return;
    yield view;
    const plain = uncoloured(view);
    if (plain) yield plain;
    view = plain ?? view;
  }
}

const oneWayAtATime = (view: View) => singleWays.flatMap((ways) => decoded(view, ways) ?? []);

/** The end of what can be let go: `reach` visible characters stay, and no span is cut in two. */
function safeCut(text: string, reach: number, spans: Span[]): number {
  let cut = text.length;
  for (let visible = 0; cut > 0 && visible < reach; ) if (!isBlank(text.charCodeAt(--cut))) visible++;
  const straddling = spans.find(([start, end]) => start < cut && end > cut);
  return straddling ? straddling[0] : cut;
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
