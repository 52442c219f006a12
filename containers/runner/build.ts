import { join } from "node:path";
import { build, type Plugin } from "esbuild";

/**
 * Node's own modules without import or require. Imported as a module, node:http loads all that it could ever need, which
 * would cost 15 ms at each start; and a file with neither runs under any extension.
 */
const builtins: Plugin = {
  name: "builtins",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:/ }, ({ path }) => ({ path, namespace: "builtin" }));
    onLoad({ filter: /./, namespace: "builtin" }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)});`,
    }));
  },
};

/** Bundles the runner into one file that Node 24 starts as it is; `.cjs` starts fastest. */
export async function buildRunner(outfile: string): Promise<void> {
  await build({
    entryPoints: [join(import.meta.dirname, "main.ts")],
    outfile,
    bundle: true,
    minify: true,
    platform: "node",
    format: "iife",
    target: "node24",
    mainFields: ["module", "main"],
    plugins: [builtins],
    legalComments: "none",
    logLevel: "warning",
  });
}
