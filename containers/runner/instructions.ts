import { readFile, realpath, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";

/** Bytes of one file; what is longer is no instruction to an agent. */
const MOST_BYTES = 128 * 1024;

/**
 * What a repository says to agents: of each directory from the checkout's root down to the working directory the first
 * of `names` that is there. Links out of the checkout are not followed.
 */
export async function readInstructions(checkout: string, cwd: string, names: string[]): Promise<string> {
  const root = await realpath(checkout);
  const steps = relative(root, await realpath(cwd))
    .split(sep)
    .filter(Boolean);
  const texts: string[] = [];
  for (let depth = 0; depth <= steps.length; depth++) {
    const directory = join(root, ...steps.slice(0, depth));
    for (const name of names) {
      const text = await readInside(root, join(directory, name));
      if (text === undefined) continue;
      texts.push(`Contents of ${join(relative(root, directory), name)} of the repository:\n\n${text.trim()}\n`);
      break;
    }
  }
  return texts.join("\n");
}

async function readInside(root: string, file: string): Promise<string | undefined> {
  try {
    const path = await realpath(file);
    const { size } = await stat(path);
    if (!path.startsWith(root + sep) || size > MOST_BYTES) return undefined;
    return await readFile(path, "utf8");
  } catch {
    return undefined;
  }
}
