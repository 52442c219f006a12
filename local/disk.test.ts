import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { watchDisk } from "./disk.ts";

const folder = mkdtempSync(join(tmpdir(), "errand-disk-"));
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

test("a disk that is full is told once when something failed, and once when there is room again", () => {
  vi.useFakeTimers();
  const said: string[] = [];
  const disk = watchDisk(folder, (sentence) => said.push(sentence));
  disk.failed();
  expect(said).toEqual([]);

  const fill = () => symlinkSync("/dev/full", join(folder, "disk.probe"));
  const full = expect.stringMatching(/^The disk .* is full\. Free some space there/);
  fill();
  disk.failed();
  disk.failed();
  fill();
  vi.advanceTimersByTime(5_000);
  expect(said).toEqual([full]);
  vi.advanceTimersByTime(60_000);
  expect(said).toEqual([full, "Errand's data can be written again."]);

  fill();
  disk.failed();
  expect(said.at(-1)).toEqual(full);
  disk.stop();
});
