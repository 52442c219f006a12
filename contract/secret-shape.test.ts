import { expect, test } from "vitest";
import { misplaced, shapeOf } from "./secret-shape.ts";

test.each([
  ["sk-ant-api03-0123456789", "anthropicapikey"],
  [" sk-ant-oat01-0123456789\n", "claudeoauthtoken"],
  ["sk-ant-admin01-0123456789", "elsewhere"],
  ["sk-proj-0123456789", "openaikey"],
  ["sk-0123456789abc", "openaikey"],
  ["sk-admin-0123456789", "elsewhere"],
  ["github_pat_0123456789", "gitToken"],
  ["glpat-0123456789", "gitToken"],
  ["cfg_0123456789abc", "parameterStoreKey"],
  ["ek_live_0123456789", "elsewhere"],
])("%s is for %s by its shape", (value, use) => {
  expect(shapeOf(value)?.use).toBe(use);
});

test("what is too short to tell, or has no known beginning, tells nothing", () => {
  expect(shapeOf("sk-a")).toBeUndefined();
  expect(shapeOf("hunter2-hunter2-hunter2")).toBeUndefined();
});

test("a secret is misplaced where it looks like another kind, and never for having no shape", () => {
  expect(misplaced("sk-proj-0123456789", "anthropicapikey")).toEqual({ name: "an OpenAI API key", use: "openaikey" });
  expect(misplaced("sk-proj-0123456789", "gitToken")?.name).toBe("an OpenAI API key");
  expect(misplaced("ghp_0123456789abcd", "gitToken")).toBeUndefined();
  expect(misplaced("a-password-of-our-own-git-server", "gitToken")).toBeUndefined();
});
