import * as z from "zod";
import { invalid } from "../error.ts";

const keys = z.record(z.string(), z.string().min(1));
const conditions = z.object({
  ExpressionAttributeNames: z.record(z.string(), z.string()),
  ExpressionAttributeValues: z.record(z.string(), z.unknown()),
});

/**
 * The page of a query that a client asks for. A cursor is a position in this one query's partition and range: any other
 * is refused here, because DynamoDB would answer it with a fault.
 */
export function pageOf(
  query: { params: () => unknown },
  page: { limit: number; cursor?: string | undefined },
): { limit: number; cursor: string | null } {
  if (page.cursor === undefined) return { limit: page.limit, cursor: null };
  if (!isIn(query, page.cursor)) throw invalid({ cursor: "is not one that this list answered" });
  return { limit: page.limit, cursor: page.cursor };
}

function isIn(query: { params: () => unknown }, cursor: string): boolean {
  const place = keys.safeParse(jsonOf(cursor)).data;
  if (!place) return false;
  const { ExpressionAttributeNames: names, ExpressionAttributeValues: values } = conditions.parse(query.params());
  const [pk, sk] = [names["#pk"] ?? "", names["#sk1"] ?? ""];
  const expected = [...new Set(["pk", "sk", pk, sk])].sort();
  if (Object.keys(place).sort().join() !== expected.join()) return false;
  return place[pk] === values[":pk"] && place[sk]?.startsWith(String(values[":sk1"])) === true;
}

function jsonOf(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
}
