import { ClientRequest } from "node:http";

/** The bodies that AWS clients of this process send while `work` runs, by operation. */
export async function recordRequests(work: () => Promise<unknown>): Promise<Map<string, string>> {
  const bodies = new Map<string, string>();
  const original = ClientRequest.prototype.end;
  ClientRequest.prototype.end = function end(this: ClientRequest, ...args: unknown[]) {
    const operation = String(this.getHeader("x-amz-target") ?? "").split(".")[1];
    const [body] = args;
    if (operation && (typeof body === "string" || body instanceof Uint8Array))
      bodies.set(operation, Buffer.from(body).toString("utf8"));
    return Reflect.apply(original, this, args);
  } as typeof original;
  try {
    await work();
  } finally {
    ClientRequest.prototype.end = original;
  }
  return bodies;
}
