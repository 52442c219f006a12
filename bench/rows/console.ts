import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "vite";
import { startConsole } from "../../test/browser/support.ts";
import { storeCredential } from "../../test/support/life.ts";
import { kilobytes, median, milliseconds, type Row } from "../support/row.ts";

const most = { initialBytes: 200_000, usableMs: 1000 };
const visits = 7;
const root = fileURLToPath(new URL("../..", import.meta.url));

/** The console in Chromium: what a first visit has to load, and how soon its page can be used. */
export default async function consolePage(): Promise<Row[]> {
  const { initial, whole } = await bundleSizes();
  const usable = await firstVisits();
  return [
    {
      what: "console: JavaScript before the first page, gzipped",
      measured: kilobytes(initial),
      floor: `${kilobytes(whole)}: all of its JavaScript`,
      value: kilobytes(initial),
      target: `≤ ${kilobytes(most.initialBytes)}`,
      ok: initial <= most.initialBytes,
      notes: ["The entry and what it imports before any page is chosen; each page is a file of its own."],
    },
    {
      what: "console: first visit, cold cache, to a usable task table",
      measured: milliseconds(usable),
      floor: "none",
      value: milliseconds(usable),
      target: `≤ ${most.usableMs} ms`,
      ok: usable <= most.usableMs,
      notes: [`${visits} visits, each with an empty browser profile, until Create Task can be clicked; median.`],
    },
  ];
}

/** Gzipped bytes of the entry with its static imports, and of everything. */
async function bundleSizes(): Promise<{ initial: number; whole: number }> {
  const outDir = mkdtempSync(join(tmpdir(), "errand-bench-console-"));
  try {
    await build({ configFile: join(root, "web/vite.config.ts"), logLevel: "error", build: { outDir } });
    const scripts = new Map<string, string>();
    for (const name of readdirSync(join(outDir, "assets")).filter((file) => file.endsWith(".js"))) {
      scripts.set(name, readFileSync(join(outDir, "assets", name), "utf8"));
    }
    const page = readFileSync(join(outDir, "index.html"), "utf8");
    const named = [...page.matchAll(/assets\/([\w.-]+\.js)/g)].map((match) => match[1] as string);
    const reached = new Set<string>();
    for (const queue = [...named]; queue.length > 0; ) {
      const name = queue.pop() as string;
      if (reached.has(name)) continue;
      reached.add(name);
      const imports = (scripts.get(name) ?? "").matchAll(/(?:from|import)\s*"\.\/([\w.-]+\.js)"/g);
      queue.push(...[...imports].map((match) => match[1] as string));
    }
    const sizeOf = (names: Iterable<string>) =>
      [...names].reduce((sum, name) => sum + gzipSync(scripts.get(name) ?? "").length, 0);
    return { initial: sizeOf(reached), whole: sizeOf(scripts.keys()) };
  } finally {
    rmSync(outDir, { recursive: true, force: true });
  }
}

async function firstVisits(): Promise<number> {
  const site = await startConsole();
  await storeCredential(site.stack);
  await site.stack.createTask({ name: "a task" });
  const times: number[] = [];
  for (let visit = 0; visit < visits; visit++) {
    const context = await site.visitor();
    const page = await context.newPage();
    const start = performance.now();
    await page.goto("/tasks");
    await page.getByRole("button", { name: "Run Now" }).first().click({ trial: true });
    times.push(performance.now() - start);
    await context.close();
  }
  await site.close();
  return median(times);
}
