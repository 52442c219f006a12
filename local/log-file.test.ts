import { mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openLogFile } from "./log-file.ts";

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "errand-log-"));
});
afterEach(() => rmSync(dataDir, { recursive: true }));

test("what is printed and what failed are in the file, a line each", () => {
  const target = { console };
  const log = openLogFile(dataDir, target);
  target.console.log("printed");
  log.error("it failed", new Error("why"));
  log.close();
  const [printed, failed] = readFileSync(log.path, "utf8").split("\n");
  expect(printed).toBe("printed");
  expect(JSON.parse(failed ?? "")).toMatchObject({ event: "it failed", error: expect.stringContaining("why") });
  expect(target.console).toBe(console);
});

test("a disk that is full loses the line and stops nobody", () => {
  symlinkSync("/dev/full", join(dataDir, "errand.log"));
  const target = { console };
  const log = openLogFile(dataDir, target);
  expect(() => target.console.error("lost")).not.toThrow();
  expect(() => log.error("lost too", new Error("why"))).not.toThrow();
  log.close();
});
