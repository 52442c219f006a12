import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readInstructions } from "./instructions.ts";

let root: string;
let repository: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "instructions-"));
  repository = join(root, "repository");
  mkdirSync(join(repository, "a", "b"), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true }));

const names = ["CLAUDE.md", "AGENTS.md"];

test("nothing is said where the repository says nothing", async () => {
  expect(await readInstructions(repository, repository, names)).toBe("");
});

test("goes from the root down to the working directory, the better name first", async () => {
  writeFileSync(join(repository, "CLAUDE.md"), "one");
  writeFileSync(join(repository, "AGENTS.md"), "not me");
  writeFileSync(join(repository, "a", "AGENTS.md"), "two");
  writeFileSync(join(repository, "a", "b", "CLAUDE.md"), "three");
  const text = await readInstructions(repository, join(repository, "a", "b"), names);
  expect(text.match(/one|two|three|not me/g)).toEqual(["one", "two", "three"]);
  expect(await readInstructions(repository, repository, names)).not.toContain("two");
});

test("a link out of the repository, a directory and a huge file say nothing; a link inside does", async () => {
  writeFileSync(join(root, "outside"), "outside");
  symlinkSync(join(root, "outside"), join(repository, "CLAUDE.md"));
  mkdirSync(join(repository, "AGENTS.md"));
  writeFileSync(join(repository, "a", "CLAUDE.md"), "x".repeat(200_000));
  expect(await readInstructions(repository, join(repository, "a"), names)).toBe("");
  symlinkSync("../inside.md", join(repository, "a", "AGENTS.md"));
  writeFileSync(join(repository, "inside.md"), "inside");
  expect(await readInstructions(repository, join(repository, "a"), names)).toContain("inside");
});
