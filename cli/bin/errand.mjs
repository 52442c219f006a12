#!/usr/bin/env node
// Plain JavaScript for any Node from 20 on: it finds Node 24, which runs the rest as it is.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";

const pathTo = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const main = new URL("../main.ts", import.meta.url);
const node = pathTo("../../node_modules/.bin/node");
const runsTypeScript = Number(process.versions.node.split(".")[0]) >= 24;

function refuse(sentence) {
  process.stderr.write(`error: ${sentence}\n`);
  process.exit(70);
}

/** Runs main.ts under the project's own Node; a signal sent to this process alone reaches it too. */
function runUnder(program) {
  const child = spawn(program, [fileURLToPath(main), ...process.argv.slice(2)], { stdio: "inherit" });
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of signals) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => refuse(`Node 24 in ${program} could not be started: ${error.message}`));
  child.on("exit", (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}

if (!existsSync(pathTo("../../node_modules/commander/package.json"))) {
  refuse(`Errand's packages are not installed yet: run \`npm start\` or \`npm ci\` in ${pathTo("../..")} first.`);
} else if (runsTypeScript) {
  await import(main);
} else if (existsSync(node)) {
  runUnder(node);
} else {
  refuse(`Errand needs Node 24, and this is ${process.version}: install Node 24, then try again.`);
}
