import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { Store } from "./store.ts";

test("a transaction that finds the disk full says so, undoes what it did, and the next one goes through", () => {
  const dir = mkdtempSync(join(tmpdir(), "errand-store-"));
  const store = new Store(dir);
  onTestFinished(() => {
    store.close();
    rmSync(dir, { recursive: true });
  });
  store.run("CREATE TABLE lines (text TEXT)");
  const { pages } = store.one<{ pages: number }>("SELECT page_count + 4 AS pages FROM pragma_page_count") ?? {
    pages: 0,
  };
  store.one(`PRAGMA max_page_count = ${pages}`);
  const write = (bytes: number) =>
    store.transaction(() => {
      store.run("INSERT INTO lines VALUES ('small')");
      store.run("INSERT INTO lines VALUES (?)", "x".repeat(bytes));
    });
  expect(() => write(1_000_000)).toThrow(/disk is full/);
  write(10);
  expect(store.all("SELECT text FROM lines")).toHaveLength(2);
});
