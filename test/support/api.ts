import { DynamoDBClient, ScanCommand, type ScanCommandOutput } from "@aws-sdk/client-dynamodb";
import type { Role } from "../../contract/access.ts";
import { type Operation, operations } from "../../contract/operations.ts";
import { createKey } from "../../core/key/key.ts";
import type { Stack } from "./stack.ts";

interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** The body as JSON; undefined when it is empty or not JSON. */
  json: { items?: unknown[]; error?: { code: string; message: string; fields?: Record<string, string> } } | undefined;
}

/** A request as it is, without the typed client: `body` is sent as JSON unless it is text already. */
export async function send(
  stack: Stack,
  method: string,
  path: string,
  { body, headers = {} }: { body?: unknown; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const response = await fetch(`${stack.url}${path}`, {
    method,
    headers: { ...(body !== undefined && { "content-type": "application/json" }), ...headers },
    redirect: "manual",
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: jsonOf(text) };
}

function jsonOf(text: string): Answer["json"] {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The headers of a fresh API key with this role. */
export async function bearerOf(stack: Stack, role: Exclude<Role, "owner">, workspaceId = stack.workspaceId) {
  const key = await createKey(stack.ctx, workspaceId, { name: `a ${role}`, role, autonomy: 3, expiresInDays: null });
  return bearer(key.secret);
}

export function bearer(token: string): { authorization: string } {
  return { authorization: `Bearer ${token}` };
}

export const everyOperation = Object.entries(operations as Record<string, Operation>).map(([name, operation]) => ({
  name,
  ...operation,
}));

/** The operation's path with these values for its parameters. */
export function pathOf(operation: Operation, params: Record<string, string>): string {
  return operation.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ""));
}

/** Everything in the table, as DynamoDB has it, in the order of its text. */
export async function everyRow(stack: Stack): Promise<string[]> {
  const client = new DynamoDBClient();
  const rows: string[] = [];
  let from: ScanCommandOutput["LastEvaluatedKey"];
  do {
    const page = await client.send(new ScanCommand({ TableName: stack.ctx.config.table, ExclusiveStartKey: from }));
    rows.push(...(page.Items ?? []).map((item) => JSON.stringify(item, sorted)));
    from = page.LastEvaluatedKey;
  } while (from);
  return rows.sort();
}

/** The engine answers the entries of a map in any order. */
function sorted(_key: string, value: unknown): unknown {
  const isMap = typeof value === "object" && value !== null && !Array.isArray(value);
  return isMap ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => a.localeCompare(b))) : value;
}
