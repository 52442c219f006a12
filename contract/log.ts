import * as z from "zod";

export const logLineKinds = ["system", "assistant", "tool_call", "tool_result", "error"] as const;

/** One line as the runner prints it: JSON, at most 15 KB, numbered from 1 in an attempt so that a gap shows. */
export const logLine = z.object({
  n: z.int().min(1),
  t: z.string().describe("ISO 8601 in UTC."),
  kind: z.enum(logLineKinds),
  text: z.string(),
  tool: z.string().optional().describe("The tool of a tool_call or tool_result."),
  part: z.literal(true).optional().describe("The text goes on in the next line."),
});
export type LogLine = z.infer<typeof logLine>;

/** A line of the answer: a line of the runner with its attempt, or a gap where `count` lines are missing. */
export const shownLine = z.union([
  logLine.extend({ attempt: z.number() }),
  z.object({ kind: z.literal("gap"), n: z.number(), count: z.number(), attempt: z.number(), t: z.string() }),
]);
export type ShownLine = z.infer<typeof shownLine>;

export const logPage = z.object({
  lines: z.array(shownLine),
  nextCursor: z.string().nullable().describe("Later lines; for a live run, ask again with it."),
  previousCursor: z.string().nullable().describe("Earlier lines."),
  complete: z.boolean().describe("The run has ended and this page reaches its last line."),
  expired: z.boolean().describe("The log is past its retention."),
  expiredAt: z.string().nullable(),
  lost: z.number().describe("How many lines of this page are missing."),
});
export type LogPage = z.infer<typeof logPage>;
