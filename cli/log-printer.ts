import type { LogLine, ShownLine } from "../contract/log.ts";
import { plainText, type TextStyle, terminalText } from "../contract/terminal-text.ts";
import { oneLine } from "./format.ts";
import type { Colors } from "./terminal.ts";

/** Puts the lines of a log on a terminal: one sign and colour a kind, tools short unless `full`. */
export interface LogPrinter {
  add(lines: readonly ShownLine[]): void;
  /** Writes what was waiting for its last part. */
  end(): void;
}

export interface LogLook {
  colors: Colors;
  /** Characters in a line. */
  width: number;
  /** Show what tools were given and what they answered in full. */
  full: boolean;
}

const shortWidth = 160;

export function logPrinter(write: (text: string) => void, look: LogLook): LogPrinter {
  let attempt = 1;
  let waiting: (LogLine & { attempt: number }) | undefined;
  const end = () => {
    if (waiting) write(lineText(waiting, look));
    waiting = undefined;
  };
  const addLine = (line: ShownLine) => {
    if (waiting && (line.kind !== waiting.kind || line.attempt !== waiting.attempt)) end();
    if (line.attempt !== attempt) write(look.colors.bold(`— attempt ${line.attempt} —`));
    attempt = line.attempt;
    if (line.kind === "gap") {
      write(look.colors.yellow(`… ${line.count} ${line.count === 1 ? "line is" : "lines are"} missing`));
      return;
    }
    waiting = waiting ? { ...line, text: waiting.text + line.text } : line;
    if (!line.part) end();
  };
  return { add: (lines) => lines.forEach(addLine), end };
}

function lineText(line: LogLine, { colors, width, full }: LogLook): string {
  const most = Math.min(width, shortWidth) - 2;
  const tool = line.tool ? `${line.tool} ` : "";
  const whole = (text: string, base: TextStyle = {}) =>
    indent((colors.isColorSupported ? terminalText(text, base) : plainText(text)).trimEnd());
  const dim = { dim: true } as const;
  switch (line.kind) {
    case "system":
      return `${colors.dim("·")} ${whole(line.text, dim)}`;
    case "assistant":
      return `${colors.bold("●")} ${whole(line.text)}`;
    case "tool_call":
      return colors.cyan(`→ ${full ? whole(plainText(tool + line.text)) : oneLine(tool + line.text, most)}`);
    case "tool_result":
      return full
        ? `${colors.dim("←")} ${whole(tool + line.text, dim)}`
        : colors.dim(`← ${oneLine(tool + line.text, most)}`);
    case "error":
      return `${colors.red("✗")} ${whole(line.text, { fg: 1 })}`;
  }
}

function indent(text: string): string {
  return text.replaceAll("\n", "\n  ");
}
