import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/**
 * Removes a directory whatever an agent left in it: folders that nobody may write to (Go's module cache), paths longer
 * than the system takes. Never rejects; answers why something is still there, or undefined where nothing is.
 */
export async function removeTree(path: string): Promise<string | undefined> {
  await rm(path, { recursive: true, force: true }).catch(() => {});
  if (!existsSync(path)) return undefined;
  // Both walk from folder to folder, so no path gets too long, and neither follows a link.
  await run("chmod", ["-R", "u+rwx", "--", path]).catch(() => {});
  let reason = "something in it cannot be removed";
  await run("rm", ["-rf", "--", path]).catch((error: { stderr?: string }) => {
    reason = error.stderr?.trim().split("\n")[0]?.slice(0, 300) || reason;
  });
  return existsSync(path) ? reason : undefined;
}
