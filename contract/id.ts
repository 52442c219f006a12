import * as z from "zod";

/** The prefix of each kind of id. The part behind it is a ULID: 26 characters of Crockford's base 32, sorted by time. */
export const idPrefixes = {
  workspace: "ws",
  task: "task",
  run: "run",
  key: "key",
  member: "member",
  parameterStore: "store",
} as const;
export type IdKind = keyof typeof idPrefixes;

/** A zod schema for ids of one kind: `task_01J…`. An id of another kind does not parse. */
export function idSchema(kind: IdKind) {
  return z
    .string()
    .regex(new RegExp(`^${idPrefixes[kind]}_[0-9A-HJKMNP-TV-Z]{26}$`), `must be an id like ${idPrefixes[kind]}_01J…`);
}
