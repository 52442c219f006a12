import * as z from "zod";
import type { Role } from "../access.ts";
import type { ErrorCode } from "../error.ts";

/** What proves who is asking: nothing, a member's role, a container's one-time ticket, or a run's claim token. */
export type Access = "public" | Role | "ticket" | "claim-token";

export interface Operation {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  path: string;
  summary: string;
  access: Access;
  params?: z.ZodObject;
  query?: z.ZodObject;
  /** Where it takes undefined, a request need not have one. */
  body?: z.ZodType;
  /** The status of a success; 204 has no body. */
  status: number;
  output?: z.ZodType;
  /** Codes beyond those that any operation can answer. */
  errors: readonly ErrorCode[];
  /** Honours the header Idempotency-Key. */
  idempotent?: true;
  /** Its answer's `version` is its ETag as well. */
  versioned?: true;
  /** Honours the header If-Match: what was changed since is left as it is, with `precondition_failed`. */
  conditional?: true;
}

/** How many items a page has: a number, or its digits as an address spells them. */
export const limit = (most: number, standard: number) =>
  z
    .preprocess(
      (given) => (typeof given === "string" && /^\d{1,9}$/.test(given) ? Number(given) : given),
      z.int().min(1).max(most).default(standard),
    )
    .meta({ type: "integer", minimum: 1, maximum: most, default: standard });
/** Where a list goes on: what the page before answered. */
export const cursor = z.string().max(2000).optional();
export const page = z.strictObject({ limit: limit(100, 50), cursor });

export function list<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}
