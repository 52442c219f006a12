import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";

const module = fileURLToPath(new URL("system-packages.mjs", import.meta.url));

/** Runs the installer with these programs, which note how they are called, and no others on PATH. */
function ensureWith(programs: string[], uid: number) {
  const folder = mkdtempSync(join(tmpdir(), "errand-packages-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const calls = join(folder, "calls");
  writeFileSync(calls, "");
  for (const program of programs) {
    writeFileSync(join(folder, program), `#!/bin/sh\necho "${program} $*" >> ${calls}\n`);
    chmodSync(join(folder, program), 0o755);
  }
  const code = `process.getuid = () => ${uid}; import(${JSON.stringify(module)}).then((it) => it.ensureSystemPackages())`;
  const said = execFileSync("/bin/sh", ["-c", `"${process.execPath}" --eval '${code}' 2>&1`], {
    env: { PATH: folder },
    encoding: "utf8",
  });
  return { said, calls: readFileSync(calls, "utf8").trim().split("\n").filter(Boolean) };
}
const all = ["git", "curl", "rg", "python3", "script", "chromium"];

test("nothing is installed, and nothing said, where every program is there", () => {
  expect(ensureWith([...all, "apt-get"], 0)).toEqual({ said: "", calls: [] });
});

test("as root on Debian what is missing is installed", () => {
  const { said, calls } = ensureWith([...all.slice(0, 4), "apt-get", "env"], 0);
  expect(said).toContain("Installing bsdutils, chromium");
  expect(calls).toEqual([
    "env DEBIAN_FRONTEND=noninteractive apt-get update -q",
    expect.stringMatching(/apt-get install -qy .* bsdutils chromium$/),
  ]);
});

test("where it may not install it says what to, and goes on", () => {
  expect(ensureWith([...all.slice(0, 5), "apt-get"], 1000)).toEqual({
    said: expect.stringMatching(/on Debian: sudo apt-get install .* chromium\n$/),
    calls: [],
  });
  expect(ensureWith(all.slice(0, 5), 0).said).toContain("on Debian: sudo apt-get install");
});
