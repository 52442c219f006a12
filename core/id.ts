import { ulid } from "ulid";
import { type IdKind, idPrefixes } from "../contract/id.ts";
import type { Context } from "./context.ts";
import { digestOf } from "./digest.ts";

/** A new id of a kind, drawn at random, sorted by time. */
export function newId(ctx: Context, kind: IdKind): string {
  return idOf(kind, ctx.now(), ctx.random(16));
}

/**
 * An id that everyone who knows its parts derives alike: its time is given, its random part is a hash of the parts.
 * That is how a slot delivered twice, or a request sent twice, meets the run that is already there.
 */
export function derivedId(kind: IdKind, time: Date, parts: readonly string[]): string {
  return idOf(kind, time, digestOf(JSON.stringify(parts)));
}

function idOf(kind: IdKind, time: Date, bytes: Uint8Array): string {
  let used = 0;
  const fraction = () => ((bytes[used++] ?? 0) % 32) / 32;
  return `${idPrefixes[kind]}_${ulid(time.getTime(), fraction)}`;
}
