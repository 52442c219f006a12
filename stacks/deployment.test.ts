import { describe, expect, it } from "vitest";
import { deploymentOf, isEphemeral } from "./deployment.ts";
import { addressOf, readSettings, settingVariables } from "./settings.ts";
import { stacksOf } from "./synth.fixture.ts";

describe("a stage", () => {
  it.each(["Prod", "1st", "a_b", "", "a-name-longer-than-twenty"])("is not called %j", (stage) => {
    expect(() => deploymentOf({ stage, account: "123456789012", region: "eu-central-1" })).toThrow(/Use up to 20/);
  });

  it("is thrown away with its data only if its name says so", () => {
    expect(["ci", "dev", "dev-anna", "pr-12", "test-1"].every(isEphemeral)).toBe(true);
    expect(["prod", "anna", "production", "devices", "circle"].some(isEphemeral)).toBe(false);
  });

  it("names its stacks as SST asks: the stage first, construct and stack alike", () => {
    for (const [noun, stack] of Object.entries(stacksOf("prod").stacks)) {
      expect(stack.stackName).toBe(`prod-errand-${noun}`);
      expect(stack.node.id).toBe(stack.stackName);
    }
  });
});

describe("settings", () => {
  it("may all be left out", () => {
    const none = { mailFrom: "", alarmEmail: "", consoleUrl: "", architecture: "arm64", zones: [] };
    expect(readSettings({})).toEqual(none);
    expect(readSettings(Object.fromEntries(Object.values(settingVariables).map((name) => [name, ""])))).toEqual(none);
  });

  it("name the variable that is malformed", () => {
    expect(() => readSettings({ ERRAND_ALARM_EMAIL: "nobody" })).toThrow(/ERRAND_ALARM_EMAIL/);
    expect(() => readSettings({ ERRAND_CONSOLE_URL: "http://console.example.com" })).toThrow(/ERRAND_CONSOLE_URL/);
    expect(() => readSettings({ ERRAND_ARCHITECTURE: "arm" })).toThrow(/ERRAND_ARCHITECTURE/);
    expect(() => readSettings({ ERRAND_ZONES: "us-east-1a" })).toThrow(/ERRAND_ZONES/);
  });

  it("name zones by their ids", () => {
    expect(readSettings({ ERRAND_ZONES: "use1-az1, use1-az2" }).zones).toEqual(["use1-az1", "use1-az2"]);
  });

  it.each([
    ["errand@example.com", "errand@example.com"],
    ["Errand at work <errand@example.com>", "errand@example.com"],
    ["", undefined],
    ["Errand", undefined],
  ])("take the address out of %j", (mailFrom, address) => {
    expect(addressOf(mailFrom)).toBe(address);
  });
});
