import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { storageTrouble } from "../core/aws/storage-trouble.ts";

const probeBytes = 64 * 1024;
const lookAgainMs = 5_000;

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

/** Says once that nothing can be kept, and once that it can be again. */
export interface DiskWatch {
  /** To be called when something has failed: only then the disk is looked at. */
  failed: () => void;
  stop: () => void;
}

export function watchDisk(dataDir: string, say: (sentence: string) => void): DiskWatch {
  let timer: NodeJS.Timeout | undefined;
  const stop = () => {
    clearInterval(timer);
    timer = undefined;
  };
  const lookAgain = () => {
    if (diskTrouble(dataDir) !== undefined) return;
    stop();
    say("Errand's data can be written again.");
  };
  return {
    failed() {
      if (timer) return;
      const trouble = diskTrouble(dataDir);
      if (trouble === undefined) return;
      say(trouble);
      timer = setInterval(lookAgain, lookAgainMs).unref();
    },
    stop,
  };
}
