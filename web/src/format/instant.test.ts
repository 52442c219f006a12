import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";

/** What the console of somebody with this language and zone says. */
function said(locale: string, expression: string): string {
  const modules = ["instant", "number"].map((name) => new URL(`./${name}.ts`, import.meta.url).href);
  const code = `const [i, n] = await Promise.all(${JSON.stringify(modules)}.map((url) => import(url)));
    console.log(${expression})`;
  const env = { PATH: process.env.PATH, LC_ALL: `${locale}.UTF-8`, TZ: "America/New_York" };
  const said = execFileSync(process.execPath, ["--input-type=module", "-e", code], { encoding: "utf8", env });
  return said.trim().replaceAll("\u202f", " ");
}

const now = "Date.parse('2027-03-24T12:00:00Z')";

test.each([
  ["sv_SE", "5 Mar, 14:30", "1,234.5"],
  ["de_DE", "5 Mar, 14:30", "1,234.5"],
  ["en_GB", "5 Mar, 14:30", "1,234.5"],
  ["en_US", "Mar 5, 02:30 PM", "1,234.5"],
  ["hi_IN", "5 Mar, 02:30 pm", "1,234.5"],
])("with %s dates are English, times of the person's zone and habit", (locale, instant, number) => {
  expect(said(locale, `i.formatInstant("2027-03-05T19:30:00Z", ${now})`)).toBe(instant);
  expect(said(locale, `i.formatInstant("2027-03-24T02:00:00Z", ${now})`)).toMatch(/^Yesterday, (22:00|10:00 pm)$/i);
  expect(said(locale, `i.formatAge("2027-03-24T10:00:00Z", ${now})`)).toMatch(/^2\s?hr?\.? ago$/);
  expect(said(locale, `i.formatExact("2027-03-05T19:30:00Z")`)).toMatch(/Friday.*(5 March|March 5).*2027/);
  expect(said(locale, "n.formatNumber(1234.5)")).toBe(number);
});
