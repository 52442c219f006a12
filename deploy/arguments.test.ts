import { describe, expect, it } from "vitest";
import { readArguments } from "./arguments.ts";

describe("a command line", () => {
  it("gives stage, region, profile and what to forget to Errand, and the rest to the tool", () => {
    const line = "deploy --stage prod api --region=eu-north-1 --verbose --profile work --forget ERRAND_MAIL_FROM";
    expect(readArguments("sst", line.split(" "))).toEqual({
      tool: "sst",
      args: ["deploy", "api", "--verbose"],
      stage: "prod",
      region: "eu-north-1",
      profile: "work",
      forget: ["ERRAND_MAIL_FROM"],
    });
  });

  it("forgets several settings, said at once or one by one", () => {
    const line = "deploy --forget ERRAND_MAIL_FROM,ERRAND_ZONES --forget=ERRAND_ALARM_EMAIL";
    expect(readArguments("cdk", line.split(" ")).forget).toEqual([
      "ERRAND_MAIL_FROM",
      "ERRAND_ZONES",
      "ERRAND_ALARM_EMAIL",
    ]);
  });

  it("leaves alone what follows two hyphens", () => {
    expect(readArguments("sst", ["bind", "--", "x", "--stage", "y"])).toMatchObject({
      args: ["bind", "--", "x", "--stage", "y"],
      stage: undefined,
    });
  });

  it.each([
    [["deploy", "--stage"], "--stage needs a value."],
    [["deploy", "--stage", "--region", "x"], "--stage needs a value."],
    [["deploy", "--region="], "--region needs a value."],
    [["deploy", "--forget", "mail"], "not mail."],
  ])("%j is refused", (args, sentence) => {
    expect(() => readArguments("sst", args)).toThrow(sentence);
  });
});
