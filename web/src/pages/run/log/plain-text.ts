import type { ShownLine } from "../../../../../contract/log.ts";
import { plainText } from "../../../../../contract/terminal-text.ts";

const names = {
  system: "system",
  assistant: "assistant",
  tool_call: "tool",
  tool_result: "output",
  error: "error",
} as const;

/** Writes lines as plain text, page after page: a text that the runner cut into several lines is whole again. */
export function plainTextWriter(): (lines: readonly ShownLine[]) => string {
  let attempt = 1;
  let goesOn = false;
  return (lines) => {
    let text = "";
    for (const line of lines) {
      if (line.attempt !== attempt) {
        text += `${goesOn ? "\n" : ""}\n--- Attempt ${line.attempt} ---\n`;
        attempt = line.attempt;
        goesOn = false;
      }
      if (line.kind === "gap") {
        text += `${goesOn ? "\n" : ""}--- ${line.count === 1 ? "1 line is" : `${line.count} lines are`} missing ---\n`;
        goesOn = false;
        continue;
      }
      const head = `${line.t} ${names[line.kind]}${line.tool === undefined ? "" : ` ${plainText(line.tool)}`}: `;
      text += `${goesOn ? "" : head}${plainText(line.text)}${line.part ? "" : "\n"}`;
      goesOn = line.part === true;
    }
    return text;
  };
}
