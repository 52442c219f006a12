import type { LogLine, ShownLine } from "../contract/log.ts";
import { oneLine, plain } from "./format.ts";
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
  const tool = line.tool ? `${plain(line.tool)} ` : "";
  const brief = full ? indent(plain(tool + line.text).trimEnd()) : oneLine(tool + line.text, most);
  switch (line.kind) {
    case "system":
      return colors.dim(`· ${indent(plain(line.text).trimEnd())}`);
    case "assistant":
      return `${colors.bold("●")} ${indent(plain(line.text).trimEnd())}`;
    case "tool_call":
      return colors.cyan(`→ ${brief}`);
    case "tool_result":
      return colors.dim(`← ${brief}`);
    case "error":
      return colors.red(`✗ ${indent(plain(line.text).trimEnd())}`);
  }
}

function indent(text: string): string {
  return text.replaceAll("\n", "\n  ");
}
