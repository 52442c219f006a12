import { describe, expect, it } from "vitest";
import { type Standing, settle } from "./settle.ts";

const nowhere: Standing = { exists: false, kept: undefined };
const standing = (kept: Standing["kept"]): Standing => ({ exists: true, kept });

const noteOf = (name: string, ...args: Parameters<typeof settle>) =>
  settle(...args).lines.find(([line]) => line === name);

describe("the settings of a deployment", () => {
  it("are those that were given, for a new stage", () => {
    const given = { ERRAND_MAIL_FROM: " a@example.com ", PATH: "/bin" };
    expect(settle(given, nowhere, []).variables).toEqual({ ERRAND_MAIL_FROM: "a@example.com" });
    expect(noteOf("ERRAND_MAIL_FROM", given, nowhere, [])).toEqual(["ERRAND_MAIL_FROM", "a@example.com", "given"]);
    expect(noteOf("ERRAND_ARCHITECTURE", given, nowhere, [])).toEqual(["ERRAND_ARCHITECTURE", "arm64", "not set"]);
  });

  it("are those of the stage, where none are given, and an empty variable gives none", () => {
    const kept = { ERRAND_MAIL_FROM: "a@example.com", ERRAND_ALARM_EMAIL: "ops@example.com" };
    expect(settle({ ERRAND_MAIL_FROM: "" }, standing(kept), []).variables).toEqual(kept);
    expect(noteOf("ERRAND_ALARM_EMAIL", {}, standing(kept), [])?.[2]).toBe("as before");
  });

  it("change when they are given anew, which is shown", () => {
    const kept = { ERRAND_MAIL_FROM: "a@example.com" };
    const given = { ERRAND_MAIL_FROM: "b@example.com", ERRAND_ZONES: "use1-az1" };
    expect(settle(given, standing(kept), []).variables).toEqual(given);
    expect(noteOf("ERRAND_MAIL_FROM", given, standing(kept), [])?.[2]).toBe("changed, was a@example.com");
    expect(noteOf("ERRAND_ZONES", given, standing(kept), [])?.[2]).toBe("new");
  });

  it("go when they are to be forgotten by name", () => {
    const kept = { ERRAND_MAIL_FROM: "a@example.com", ERRAND_ALARM_EMAIL: "ops@example.com" };
    expect(settle({}, standing(kept), ["ERRAND_MAIL_FROM"]).variables).toEqual({
      ERRAND_ALARM_EMAIL: "ops@example.com",
    });
    expect(noteOf("ERRAND_MAIL_FROM", {}, standing(kept), ["ERRAND_MAIL_FROM"])?.slice(1)).toEqual([
      "–",
      "forgotten, was a@example.com",
    ]);
  });

  it("cannot be given and forgotten", () => {
    const both = () => settle({ ERRAND_MAIL_FROM: "a@example.com" }, nowhere, ["ERRAND_MAIL_FROM"]);
    expect(both).toThrow("ERRAND_MAIL_FROM: given and to be forgotten.");
  });

  it("are all asked for once where the stage is of a version that kept none", () => {
    const old = standing(undefined);
    expect(() => settle({ ERRAND_MAIL_FROM: "a@example.com" }, old, [])).toThrow(
      "set ERRAND_ALARM_EMAIL, ERRAND_CONSOLE_URL, or give --forget ERRAND_ALARM_EMAIL,ERRAND_CONSOLE_URL",
    );
    const answered = settle({ ERRAND_MAIL_FROM: "a@example.com" }, old, ["ERRAND_ALARM_EMAIL", "ERRAND_CONSOLE_URL"]);
    expect(answered.variables).toEqual({ ERRAND_MAIL_FROM: "a@example.com" });
  });

  it("name the variable that cannot be used", () => {
    expect(() => settle({ ERRAND_ALARM_EMAIL: "ops" }, nowhere, [])).toThrow(/^ERRAND_ALARM_EMAIL cannot be used/);
    expect(() => settle({ ERRAND_ZONES: "us-east-1a" }, nowhere, [])).toThrow(/^ERRAND_ZONES.* use1-az1/);
  });
});
