// Installs what the tools of development need and this folder lacks.
import { fileURLToPath } from "node:url";
import { bootstrap } from "./bootstrap.mjs";

await bootstrap({ root: fileURLToPath(new URL("..", import.meta.url)), dev: true, packages: ["stacks"] });
