import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { removeTree } from "./remove.ts";
import { asOrdinaryUser } from "./testing/user.ts";

/** A tree as agents leave them: folders that nobody may write to, paths that are too long, odd names, links out. */
const leave = `
  set -e; cd "$1"
  mkdir -p mod/example.com/x@v1 && echo x > mod/example.com/x@v1/x.go
  chmod -R a-w mod; mkdir -m 000 closed
  mkdir -- '-rf' ; touch -- "$(printf 'a\\nb')" ; ln -s "$2" out; mkfifo pipe
  long=$(printf 'd%.0s' $(seq 200))
  for i in $(seq 30); do mkdir $long; cd -P $long; done; touch file
`;

function makeTree() {
  const base = mkdtempSync(join(tmpdir(), "remove-"));
  const tree = join(base, "tree");
  const outside = join(base, "outside");
  for (const path of [tree, outside]) mkdirSync(path);
  writeFileSync(join(outside, "kept"), "");
  execFileSync("bash", ["-c", leave, "leave", tree, outside]);
  return { base, tree, outside };
}

/** Runs `removeTree` without what makes root more than an ordinary user. */
function removeAsUser(path: string): string {
  const code = `import { removeTree } from ${JSON.stringify(pathToFileURL(join(import.meta.dirname, "remove.ts")).href)};
    process.stdout.write(String(await removeTree(${JSON.stringify(path)})));`;
  const [command = "", ...args] = asOrdinaryUser([process.execPath, "--input-type=module", "-e", code]);
  const { stdout, stderr } = spawnSync(command, args, { encoding: "utf8" });
  return stdout || stderr;
}

test("removes whatever an agent left, as an ordinary user, and follows no link", () => {
  const { tree, outside } = makeTree();
  expect(removeAsUser(tree)).toBe("undefined");
  expect(existsSync(tree)).toBe(false);
  expect(existsSync(join(outside, "kept"))).toBe(true);
});

test("says what cannot be removed instead of failing", async () => {
  const { base, tree } = makeTree();
  chmodSync(base, 0o555);
  expect(removeAsUser(tree)).toContain("Permission denied");
  chmodSync(base, 0o755);
  expect(await removeTree(base)).toBeUndefined();
  expect(await removeTree(base)).toBeUndefined();
});
