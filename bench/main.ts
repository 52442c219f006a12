import { fork } from "node:child_process";
import { describeMachine } from "./support/machine.ts";
import type { Measure, Row } from "./support/row.ts";

/** In the order of the table. */
const measurements: Record<string, () => Promise<{ default: Measure }>> = {
  calls: () => import("./rows/calls.ts"),
  dispatch: () => import("./rows/dispatch.ts"),
  "first-request": () => import("./rows/first-request.ts"),
  gateway: () => import("./rows/gateway.ts"),
  pages: () => import("./rows/pages.ts"),
  burst: () => import("./rows/burst.ts"),
  sweep: () => import("./rows/sweep.ts"),
  "write-units": () => import("./rows/write-units.ts"),
  bundle: () => import("./rows/bundle.ts"),
  "idle-bill": () => import("./rows/idle-bill.ts"),
  "run-price": () => import("./rows/run-price.ts"),
  console: () => import("./rows/console.ts"),
  "log-viewer": () => import("./rows/log-viewer.ts"),
  "fresh-start": () => import("./rows/fresh-start.ts"),
};
const names = Object.keys(measurements);
const asked = process.argv.slice(2);

if (process.send) await measureHere(asked[0] ?? "");
else await printTable();

/** One measurement, in a process of its own: its parent gets the rows. */
async function measureHere(name: string): Promise<void> {
  const measurement = await measurements[name]?.();
  process.send?.(await measurement?.default(), () => process.exit(0));
}

async function printTable(): Promise<void> {
  const unknown = asked.filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    process.stderr.write(`There is no measurement ${unknown.join(", ")}. Known: ${names.join(", ")}.\n`);
    process.exit(2);
  }
  const machine = describeMachine();
  const rows: Row[] = [];
  for (const name of asked.length > 0 ? asked : names) {
    process.stderr.write(`Measuring ${name} …\n`);
    rows.push(...(await measureApart(name)));
  }
  process.stdout.write(`${machine}\n\n${tableOf(rows)}\n`);
}

/** What could not be measured is a row too: missed, with the reason. */
function measureApart(name: string): Promise<Row[]> {
  const child = fork(import.meta.filename, [name], {
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
    row.notes?.length ? [`\n${row.what}:`, ...row.notes.map((note) => `- ${note}`)] : [],
  );
  return [line(head), rule, ...body.map(line), ...notes].join("\n");
}
