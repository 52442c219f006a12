import { expect, test } from "vitest";
import type { Environment } from "./env.ts";
import { dataDirectory } from "./server.ts";

const linux = { home: "/home/me", platform: "linux", directory: "/home/me/here" } as Environment;
const macOs = { ...linux, home: "/Users/me", platform: "darwin" } as Environment;

test.each([
  [linux, undefined, "/home/me/.local/share/errand"],
  [macOs, undefined, "/Users/me/Library/Application Support/errand"],
  [{ ...macOs, XDG_DATA_HOME: "/xdg" }, undefined, "/xdg/errand"],
  [{ ...linux, XDG_DATA_HOME: "relative" }, undefined, "/home/me/.local/share/errand"],
  [{ ...linux, XDG_DATA_HOME: "/xdg", ERRAND_DATA: "/chosen" }, undefined, "/chosen"],
  [{ ...linux, ERRAND_DATA: "/chosen" }, "data", "/home/me/here/data"],
])("the data directory is where the custom of the system or the user puts it (%#)", (environment, asked, expected) => {
  expect(dataDirectory(environment, asked)).toBe(expected);
});
