// What runs before anything is installed: plain JavaScript for Node 20 and later, without a package.
import { fileURLToPath } from "node:url";
import { bootstrap } from "../local/bootstrap.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Installs what is missing, then runs a tool that deploys with the arguments of this process. */
export async function startTool(name) {
  const args = [name, ...process.argv.slice(2)];
  await bootstrap({ root, dev: true, packages: ["stacks"], script: "deploy/main.ts", args });
}
