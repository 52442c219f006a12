import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

function dependencies(folder: string): Record<string, string> {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
  return { ...dependencies, ...devDependencies };
}

test("what both packages use, both have in the same version", () => {
  const root = dependencies(".");
  const stacks = dependencies("stacks");
  const shared = Object.keys(stacks).filter((name) => root[name] !== undefined);
  expect(shared).toEqual(["esbuild", "zod"]);
  for (const name of shared) expect(stacks[name]).toBe(root[name]);
});

test("SST finds CDK in the version that it depends on, so that there is one copy", () => {
  const { "aws-cdk-lib": cdk, constructs } = dependencies("stacks/node_modules/sst");
  expect(dependencies("stacks")).toMatchObject({ "aws-cdk-lib": cdk, constructs });
});
