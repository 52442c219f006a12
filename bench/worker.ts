// One measurement in a process of its own: node worker.ts NAME, with a channel to its parent.
import { join } from "node:path";
import type { Measure } from "./support/row.ts";

const { default: measure } = (await import(join(import.meta.dirname, "rows", `${process.argv[2]}.ts`))) as {
  default: Measure;
};
const rows = await measure();
process.send?.(rows, () => process.exit(0));
