import { fileURLToPath } from "node:url";
import { bootstrap } from "./bootstrap.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
await bootstrap({ root, dev: false, script: "local/main.ts", args: process.argv.slice(2) });
