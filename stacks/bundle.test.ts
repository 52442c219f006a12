import { join } from "node:path";
import { build } from "esbuild";
import { expect, it } from "vitest";
import { bundle } from "./bundle.ts";

/** What a cold start of the dispatcher may have to load, in bytes. */
const most = 700_000;

it("the dispatcher, which starts cold, is small: no price list and nothing else that it does not need", async () => {
  const { outputFiles, metafile } = await build({
    ...bundle,
    mainFields: [...bundle.mainFields],
    external: [...bundle.external],
    entryPoints: [join(import.meta.dirname, "..", "functions", "dispatcher.ts")],
    outfile: "dispatcher.mjs",
    bundle: true,
    write: false,
    metafile: true,
  });
  expect(Object.keys(metafile.inputs).filter((path) => path.includes("genai-prices"))).toEqual([]);
  expect(outputFiles[0]?.contents.byteLength).toBeLessThan(most);
});
