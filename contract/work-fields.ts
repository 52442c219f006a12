import * as z from "zod";
import { taskLimits } from "./task-limits.ts";

const utf8 = new TextEncoder();

/** What a task says of its work and one run of it may be asked otherwise. */
export const workFields = {
  prompt: z
    .string()
    .refine((value) => value.trim() !== "", "must not be empty")
    .refine((value) => utf8.encode(value).length <= taskLimits.promptBytes, "must be at most 32 KB"),
  model: z
    .string()
    .trim()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,99}(\[1m\])?$/, "must be a model name such as claude-sonnet-4-5"),
  maxTurns: z.int().min(1).max(1000),
  timeoutMinutes: z.int().min(1).max(1440),
};
export type WorkField = keyof typeof workFields;
export const workFieldNames = Object.keys(workFields) as [WorkField, ...WorkField[]];
