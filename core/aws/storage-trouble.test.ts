import { expect, it } from "vitest";
import { storageTrouble } from "./storage-trouble.ts";

/** An error as the SDK throws it, inside the one that the library around it throws. */
function answered(message: string, $fault = "server"): Error {
  return new Error("Error thrown by DynamoDB client", { cause: Object.assign(new Error(message), { $fault }) });
}
const inCode = (code: string) => Object.assign(new Error(`${code}: write`), { code });

it.each([
  answered("commit failed (backend: database or disk is full) and rollback also failed"),
  answered("Error: ENOSPC: no space left on device, write"),
  inCode("ENOSPC"),
  inCode("EDQUOT"),
])("a full disk is told from %s", (error) => {
  expect(storageTrouble(error)).toMatch(/^The disk .* is full\. Free some space/);
});

it.each([answered("attempt to write a readonly database"), inCode("EROFS"), inCode("EACCES")])(
  "data that cannot be written are told from %s",
  (error) => {
    expect(storageTrouble(error)).toMatch(/read-only\. Make it writable/);
  },
);

it("nothing else is taken for it, whatever words it carries", () => {
  const others = [answered("Internal error."), answered("disk is full", "client"), inCode("ECONNREFUSED"), "ENOSPC"];
  expect(others.map(storageTrouble)).toEqual([undefined, undefined, undefined, undefined]);
});
