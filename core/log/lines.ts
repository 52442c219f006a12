import { logLine, type ShownLine } from "../../contract/log.ts";

/** What CloudWatch holds of a line. */
export interface Message {
  text: string;
  at: Date;
}

interface Numbered {
  lines: ShownLine[];
  /** How many lines are missing among these. */
  lost: number;
  firstN: number | undefined;
  lastN: number | undefined;
}

/**
 * Reads the runner's lines and shows a gap wherever a number is missing: behind `after`, the number before these lines,
 * and before `until`, the number behind them. Either is undefined where it is not known. `since` is
 * the time of a gap that no line dates.
 */
export function numbered(
  messages: readonly Message[],
  attempt: number,
  { after, until, since }: { after: number | undefined; until: number | undefined; since: string },
): Numbered {
  const lines: ShownLine[] = [];
  let [lastN, firstN, lost] = [after, undefined as number | undefined, 0];
  const close = (next: number, t: string) => {
    const missing = lastN === undefined ? 0 : next - lastN - 1;
    if (missing <= 0) return;
    lines.push(gap(lastN ?? 0, missing, attempt, t));
    lost += missing;
  };
  for (const message of messages) {
    const line = parse(message.text);
    if (!line) {
      lines.push(foreign(message, lastN ?? 1, attempt));
      continue;
    }
    close(line.n, line.t);
    lines.push({ ...line, attempt });
    firstN ??= line.n;
    lastN = line.n;
  }
  if (until !== undefined) close(until, messages.at(-1)?.at.toISOString() ?? since);
  return { lines, lost, firstN, lastN };
}

export function gap(after: number, count: number, attempt: number, t: string): ShownLine {
  return { kind: "gap", n: after + 1, count, attempt, t };
}

function parse(text: string) {
  try {
    return logLine.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** What the runner did not write (a crash of Node, say) is shown as it stands. It has no number of its own. */
function foreign({ text, at }: Message, n: number, attempt: number): ShownLine {
  return { n: Math.max(n, 1), t: at.toISOString(), kind: "error", text, attempt };
}
