import type * as z from "zod";
import type { secretState } from "../../../contract/task.ts";

/** What is told about a write-only value. */
export type SecretState = z.infer<typeof secretState>;

/** What becomes of a write-only value when its form is saved. */
export type SecretChange = { mode: "keep" } | { mode: "replace"; value: string } | { mode: "remove" };

export const kept: SecretChange = { mode: "keep" };

/** In the API's words: undefined leaves it as it is, null removes it. An empty replacement replaces nothing. */
export function secretBody(change: SecretChange): string | null | undefined {
  if (change.mode === "remove") return null;
  return (change.mode === "replace" && change.value.trim()) || undefined;
}
