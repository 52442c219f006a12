import { describe, expect, it } from "vitest";
import { zonesOf } from "./zones.ts";

describe("runners start", () => {
  it.each([
    ["eu-central-1", "arm64", ["euc1-az1", "euc1-az2"]],
    ["us-east-1", "arm64", ["use1-az1", "use1-az2"]],
    ["us-west-1", "arm64", ["usw1-az1", "usw1-az3"]],
    ["ap-northeast-1", "x86_64", ["apne1-az1", "apne1-az2"]],
    ["ca-central-1", "arm64", ["cac1-az1", "cac1-az2"]],
  ] as const)("in two zones of %s that have Fargate for %s", (region, architecture, zones) => {
    expect(zonesOf(region, architecture, [])).toEqual(zones);
  });

  it("in the zones that the operator chose, each once", () => {
    expect(zonesOf("us-east-1", "arm64", ["use1-az6", "use1-az4", "use1-az6"])).toEqual(["use1-az4", "use1-az6"]);
    expect(zonesOf("us-east-1", "x86_64", ["use1-az3"])).toEqual(["use1-az3"]);
  });
});

describe("a choice is refused, with what to do,", () => {
  it("where a zone starts no containers of that architecture", () => {
    expect(() => zonesOf("us-east-1", "arm64", ["use1-az1", "use1-az3"])).toThrow(
      /^use1-az3 starts no arm64 containers\. Take it out of ERRAND_ZONES/,
    );
    expect(() => zonesOf("us-west-1", "x86_64", ["usw1-az2"])).toThrow(/^usw1-az2 starts no x86_64 containers\./);
  });

  it("where a zone belongs to another region", () => {
    expect(() => zonesOf("eu-west-1", "arm64", ["euw2-az1"])).toThrow(/^euw2-az1 is not a zone of eu-west-1\./);
  });

  it("where nobody knows a region's zones, unless the operator does", () => {
    expect(() => zonesOf("eu-isoe-west-1", "arm64", [])).toThrow(/Set ERRAND_ZONES/);
    expect(zonesOf("eu-isoe-west-1", "arm64", ["euisoew1-az1"])).toEqual(["euisoew1-az1"]);
  });
});
