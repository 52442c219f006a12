import { join } from "node:path";
import { build } from "esbuild";

/** Bundles the runner into one file that Node starts as it is. */
export async function buildRunner(outfile: string): Promise<void> {
  await build({
    entryPoints: [join(import.meta.dirname, "main.ts")],
    outfile,
    bundle: true,
    minify: true,
    platform: "node",
    format: "esm",
    target: "node24",
    mainFields: ["module", "main"],
    legalComments: "none",
    logLevel: "warning",
  });
}
