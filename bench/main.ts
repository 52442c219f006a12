import { fork } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describeMachine } from "./support/machine.ts";
import type { Row } from "./support/row.ts";

/** In the order of the table; each is a file in rows/. */
const all = [
  "calls",
  "dispatch",
  "first-request",
  "gateway",
  "pages",
  "bundle",
  "idle-bill",
  "run-price",
  "fresh-start",
];

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !all.includes(name));
if (unknown.length > 0 || readdirSync(join(import.meta.dirname, "rows")).length !== all.length) {
  process.stderr.write(`There is no measurement ${unknown.join(", ")}. Known: ${all.join(", ")}.\n`);
  process.exit(2);
}

const rows: Row[] = [];
for (const name of asked.length > 0 ? asked : all) {
  process.stderr.write(`Measuring ${name} …\n`);
  rows.push(...(await measure(name)));
}
process.stdout.write(`${describeMachine()}\n\n${tableOf(rows)}\n`);

/** What could not be measured is a row too: missed, with the reason. */
function measure(name: string): Promise<Row[]> {
  const child = fork(join(import.meta.dirname, "worker.ts"), [name], {
    execArgv: ["--disable-warning=ExperimentalWarning"],
    // What the functions print is not part of the table.
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  return new Promise((resolve) => {
    child.once("message", (measured) => resolve(measured as Row[]));
    child.once("exit", (code) => {
      const notes = [`The measurement ended with exit code ${code}; its words are above.`];
      resolve([{ what: name, measured: "–", floor: "–", value: "not measured", target: "–", ok: false, notes }]);
    });
  });
}

function tableOf(measured: Row[]): string {
  const head = ["what", "measured", "floor", "value", "target", ""];
  const body = measured.map((row) => [
    row.what,
    row.measured,
    row.floor,
    row.value,
    row.target,
    row.ok ? "ok" : "MISSED",
  ]);
  const widths = head.map((_, i) => Math.max(...[head, ...body].map((cells) => cells[i]?.length ?? 0)));
  const line = (cells: string[]) => `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(" | ")} |`;
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  const notes = measured.flatMap((row) =>
    row.notes?.length ? [`\n${row.what}:`, ...row.notes.map((it) => `- ${it}`)] : [],
  );
  return [line(head), rule, ...body.map(line), ...notes].join("\n");
}
