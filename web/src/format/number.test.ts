import { expect, test } from "vitest";
import { formatMoney } from "./number.ts";

test.each([
  [0, "$0.0000"],
  [0.00004, "$0.0000"],
  [0.009, "$0.0090"],
  [0.0231, "$0.0231"],
  [0.5, "$0.5000"],
  [0.99994, "$0.9999"],
  [0.99996, "$1.00"],
  [1, "$1.00"],
  [12.345, "$12.35"],
  [1234.5, "$1,234.50"],
])("%d dollars are %s: two decimals from one dollar, four below", (usd, text) => {
  expect(formatMoney(usd)).toBe(text);
});
