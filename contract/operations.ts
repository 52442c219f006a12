import type * as z from "zod";
import { costOperations } from "./operations/cost.ts";
import { credentialOperations } from "./operations/credential.ts";
import { keyOperations } from "./operations/key.ts";
import { metaOperations } from "./operations/meta.ts";
import { overviewOperations } from "./operations/overview.ts";
import { parameterStoreOperations } from "./operations/parameter-store.ts";
import { runOperations } from "./operations/run.ts";
import { scheduleOperations } from "./operations/schedule.ts";
import { sessionOperations } from "./operations/session.ts";
import { taskOperations } from "./operations/task.ts";
import { workOperations } from "./operations/work.ts";
import { workspaceOperations } from "./operations/workspace.ts";

export type { Operation } from "./operations/operation.ts";

/** Every operation of the API. Routes, validation, OpenAPI and the typed client all come from this table. */
export const operations = {
  ...taskOperations,
  ...scheduleOperations,
  ...runOperations,
  ...workOperations,
  ...credentialOperations,
  ...parameterStoreOperations,
  ...keyOperations,
  ...sessionOperations,
  ...costOperations,
  ...overviewOperations,
  ...workspaceOperations,
  ...metaOperations,
};

export type Operations = typeof operations;
export type OperationName = keyof Operations;

type Part<O, K extends string, Shape extends "input" | "output"> =
  O extends Record<K, infer S extends z.ZodType>
    ? { [key in K]: Shape extends "input" ? z.input<S> : z.output<S> }
    : unknown;
/** A body that may be left out is not asked for. */
type Body<O> = O extends { body: infer S extends z.ZodType }
  ? undefined extends z.input<S>
    ? { body?: z.input<S> }
    : { body: z.input<S> }
  : unknown;
type OptionalQuery<O> = O extends { query: infer S extends z.ZodType }
  ? Record<string, never> extends z.input<S>
    ? { query?: z.input<S> }
    : { query: z.input<S> }
  : unknown;

/** What a client gives: `{params, query, body, idempotencyKey, ifMatch}`, each only where the operation has it. */
export type ClientInput<N extends OperationName> = Part<Operations[N], "params", "input"> &
  OptionalQuery<Operations[N]> &
  Body<Operations[N]> &
  (Operations[N] extends { idempotent: true } ? { idempotencyKey?: string } : unknown) &
  // The `version` that was read.
  (Operations[N] extends { conditional: true } ? { ifMatch?: string } : unknown);

/** What a handler gets: the same after parsing, defaults filled in. */
export type HandlerInput<N extends OperationName> = Part<Operations[N], "params", "output"> &
  Part<Operations[N], "query", "output"> &
  Part<Operations[N], "body", "output"> &
  (Operations[N] extends { idempotent: true } ? { idempotencyKey?: string } : unknown) &
  // Any of these versions.
  (Operations[N] extends { conditional: true } ? { ifMatch?: string[] } : unknown);

export type Output<N extends OperationName> = Operations[N] extends { output: infer S extends z.ZodType }
  ? z.output<S>
  : undefined;
