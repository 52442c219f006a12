#!/usr/bin/env node
// Plain JavaScript for any Node from 20 on: it finds Node 24, which runs the rest as it is.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import module from "node:module";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";

const pathTo = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const projectNode = pathTo("../../node_modules/.bin/node");
const runsTypeScript = Number(process.versions.node.split(".")[0]) >= 24;

function refuse(sentence) {
  process.stderr.write(`error: ${sentence}\n`);
  process.exit(70);
}

/** Runs this file again under another Node; a signal sent to this process alone reaches that one too. */
function runUnder(node) {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => refuse(`Node 24 in ${node} could not be started: ${error.message}.`));
  child.on("exit", (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}

if (!existsSync(pathTo("../../node_modules/commander/package.json"))) {
  refuse(`Errand's packages are not installed yet: run \`npm start\` or \`npm ci\` in ${pathTo("../..")} first.`);
} else if (runsTypeScript) {
  // Saves 40 % of the start-up time. In the checkout, because others may write to the system's temporary directory.
  module.enableCompileCache(pathTo("../../node_modules/.cache/errand"));
  await import("../main.ts");
} else if (existsSync(projectNode)) {
  runUnder(projectNode);
} else {
  refuse(`Errand needs Node 24, and this is ${process.version}: install Node 24, then try again.`);
}
