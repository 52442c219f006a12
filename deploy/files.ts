import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseEnv } from "node:util";

export const root = fileURLToPath(new URL("..", import.meta.url));

/** SST's files, which override the environment, the later ones the earlier ones. */
export function settingsFiles(stage: string | undefined): Record<string, string | undefined> {
  const names = [".env", ".env.local", ...(stage === undefined ? [] : [`.env.${stage}`, `.env.${stage}.local`])];
  const files = names.map((name) => join(root, name)).filter(existsSync);
  return Object.assign({}, ...files.map((file) => parseEnv(readFileSync(file, "utf8"))));
}
