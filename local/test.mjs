import { fileURLToPath } from "node:url";
import { bootstrap } from "./bootstrap.mjs";
import { ensureSystemPackages } from "./system-packages.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const args = ["run", ...process.argv.slice(2)];
ensureSystemPackages();
await bootstrap({ root, dev: true, packages: ["stacks"], script: "node_modules/vitest/vitest.mjs", args });
