import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Context } from "../core/context.ts";
import { createKey, deleteKey, listKeys } from "../core/key/key.ts";
import { signInLink } from "../core/key/session.ts";
import { ensureWorkspace } from "../core/workspace/workspace.ts";

const cliKeyName = "errand command on this machine";

export interface Identity {
  /** An API key with the role admin, new at each start. */
  key: string;
  signInLink: string;
}

/** Who may use the local server: the person at this machine, as owner by the link, as admin by the command. */
export async function introduce(ctx: Context): Promise<Identity> {
  const workspaceId = await ensureWorkspace(ctx, "local");
  await revokeEarlierKeys(ctx, workspaceId);
  const { secret } = await createKey(ctx, workspaceId, {
    name: cliKeyName,
    role: "admin",
    autonomy: 3,
    expiresInDays: null,
  });
  return { key: secret, signInLink: await signInLink(ctx, { workspaceId, name: "You", role: "owner" }) };
}

async function revokeEarlierKeys(ctx: Context, workspaceId: string): Promise<void> {
  let cursor: string | undefined;
  do {
    const page = await listKeys(ctx, workspaceId, { limit: 100, ...(cursor && { cursor }) });
    const own = page.items.filter(({ name }) => name === cliKeyName);
    await Promise.all(own.map(({ id }) => deleteKey(ctx, workspaceId, id)));
    cursor = page.nextCursor ?? undefined;
  } while (cursor);
}

/** Tells programs of this person where the server is and how to get in. */
export function writeServerFile(dataDir: string, server: { url: string; key: string; pid: number }): void {
  const file = join(dataDir, "server.json");
  writeFileSync(`${file}.part`, `${JSON.stringify(server)}\n`, { mode: 0o600 });
  renameSync(`${file}.part`, file);
}

/** Takes the file away, unless another server has written its own meanwhile. */
export function removeServerFile(dataDir: string, pid: number): void {
  const file = join(dataDir, "server.json");
  try {
    if (JSON.parse(readFileSync(file, "utf8")).pid === pid) rmSync(file);
  } catch {
    // It is gone, or it is not ours.
  }
}
