import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { storageTrouble } from "../core/aws/storage-trouble.ts";

const probeBytes = 64 * 1024;

/** Why nothing can be kept in this folder at the moment, as a sentence; undefined when a write goes through. */
export function diskTrouble(dataDir: string): string | undefined {
  const probe = join(dataDir, "disk.probe");
  try {
    writeFileSync(probe, Buffer.alloc(probeBytes));
    return undefined;
  } catch (error) {
    return storageTrouble(error) ?? `Errand's data cannot be written in ${dataDir}: ${(error as Error).message}`;
  } finally {
    rmSync(probe, { force: true });
  }
}
