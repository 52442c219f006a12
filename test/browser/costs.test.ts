import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { storeCredential } from "../support/life.ts";
import { modelCall } from "../support/runner.ts";
import { playRun } from "./played-run.ts";
import { axeFindings, type Console, startConsole, visit } from "./support.ts";

/** A model of nobody's price list, whose name a spreadsheet would take for a formula. */
const unpriced = "=SUM(A1:A9)";
const today = new Date().toISOString().slice(0, 10);
const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);

let app: Console;
let reviewId: string;
beforeAll(async () => {
  app = await startConsole();
  const { stack } = app;
  await storeCredential(stack);
  await stack.client.putCredential({
    params: { agentType: "codex" },
    body: { kind: "openaikey", value: "sk-0123456789abcdef" },
  });
  const review = await stack.createTask({ name: "review" });
  const report = await stack.createTask({ name: "report", agentType: "codex" });
  reviewId = review.id;
  // 1000 tokens in at $3 and 100 out at $15 a million are $0.0045; at $1 and $5 they are $0.0015.
  await playRun(stack, review.id, [modelCall(1), modelCall(2)]);
  await playRun(stack, review.id, [modelCall(1, { model: "claude-haiku-4-5" })]);
  await playRun(stack, report.id, [modelCall(1, { model: unpriced }), modelCall(2, { model: unpriced })]);
});
afterAll(() => app.close());

/** The rows of the table that is shown, without what share they have. */
async function rows(page: Page): Promise<string[][]> {
  const found = await page.locator("tbody tr").all();
  return Promise.all(found.map((row) => row.locator("th, td").allInnerTexts()));
}
/** What a tile says: its figure and the line under it. */
async function tile(page: Page, label: string): Promise<string> {
  const box = page.locator("main").getByText(label, { exact: true }).first().locator("xpath=../..");
  return (await box.allInnerTexts()).join();
}

test("sums are right in all, by task, model, agent type and day", async () => {
  const context = await app.visitor({ width: 1440 });
  const page = await visit(context, "/costs");
  expect(await tile(page, "Spend")).toMatch(/\$0\.0105\s+\$0\.0035 a run/);
  expect(await tile(page, "Runs")).toMatch(/3\s+2 tasks/);
  expect(await tile(page, "Model calls")).toMatch(/5\s+3 models/);
  expect(await tile(page, "Tokens")).toMatch(/5\.5k\s+5k in, 500 out/i);
  expect(await rows(page)).toEqual([
    ["review", "$0.0105", "100%", "2", "3", "3,000", "300"],
    ["report", expect.stringMatching(/\$0\.0000\s+\+ 2 unpriced/), "0%", "1", "2", "2,000", "200"],
  ]);
  await page.getByRole("tab", { name: "By model" }).click();
  expect(await rows(page)).toEqual([
    ["claude-sonnet-4-5", "$0.0090", "86%", "1", "2", "2,000", "200"],
    ["claude-haiku-4-5", "$0.0015", "14%", "1", "1", "1,000", "100"],
    [unpriced, expect.stringContaining("+ 2 unpriced"), "0%", "1", "2", "2,000", "200"],
  ]);
  await page.getByRole("tab", { name: "By agent type" }).click();
  expect((await rows(page)).map(([name, spend]) => [name, spend?.split("\n")[0]])).toEqual([
    ["Claude Runner", "$0.0105"],
    ["Codex Runner", "$0.0000"],
  ]);
  await page.getByRole("tab", { name: "Over time" }).click();
  expect(await rows(page)).toEqual([
    [expect.any(String), expect.stringMatching(/^\$0\.0105/), "100%", "3", "5", "5,000", "500"],
  ]);
  await page.getByRole("img", { name: /Spend per day: \$0\.0105 in \d+ days/ }).waitFor();
  await context.close();
});

test("calls without a known price are told", async () => {
  const context = await app.visitor();
  const page = await visit(context, "/costs");
  await page
    .getByRole("alert")
    .getByText(/^2 model calls went to a model whose price Errand does not know/)
    .waitFor();
  await context.close();
});

test("the period is in the address: presets, days of one's own, and what of them is not in order", async () => {
  const context = await app.visitor();
  const page = await visit(context, "/costs?by=model");
  await page.getByRole("radiogroup", { name: "Period" }).getByText("Last 7 days").click();
  await page.waitForURL("**/costs?by=model&period=7-days");
  expect(await page.getByLabel("From").inputValue()).toBe(daysAgo(6));
  expect(await page.getByLabel("To").inputValue()).toBe(today);

  await page.getByLabel("From").fill(daysAgo(1200));
  await page.getByText("Must be at most 1096 days after from").waitFor();
  await page.getByLabel("From").fill(daysAgo(60));
  await page.waitForURL(`**/costs?by=model&from=${daysAgo(60)}&to=${today}`);
  await page.getByLabel("To").fill(daysAgo(40));
  await page.getByText("Nothing was spent in this period").waitFor();
  await page.reload();
  await page.getByText("Nothing was spent in this period").waitFor();
  expect(await page.getByLabel("From").inputValue()).toBe(daysAgo(60));
  await context.close();
});

test("the CSV has every sum, and nothing in it is a formula", async () => {
  const context = await app.visitor();
  const page = await visit(context, `/costs?from=${today}&to=${today}`);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Download CSV" }).click(),
  ]);
  expect(download.suggestedFilename()).toBe(`errand-costs-${today}-to-${today}.csv`);
  const csv = await readFile(await download.path(), "utf8");
  expect(csv.split("\r\n")).toEqual([
    "dimension,id,name,cost_usd,unpriced_calls,runs,model_calls,input_tokens,output_tokens",
    `total,${today}/${today},,0.0105,2,3,5,5000,500`,
    `day,${today},,0.0105,2,3,5,5000,500`,
    `task,${reviewId},review,0.0105,0,2,3,3000,300`,
    expect.stringMatching(/^task,task_\w+,report,0,2,1,2,2000,200$/),
    "agent_type,claude-runner,,0.0105,0,2,3,3000,300",
    "agent_type,codex-runner,,0,2,1,2,2000,200",
    "model,claude-sonnet-4-5,,0.009,0,1,2,2000,200",
    "model,claude-haiku-4-5,,0.0015,0,1,1,1000,100",
    "model,'=SUM(A1:A9),,0,2,1,2,2000,200",
    "",
  ]);
  await context.close();
});

test.each(["light", "dark"] as const)("axe finds nothing serious on the costs, %s", async (colorScheme) => {
  const context = await app.visitor({ colorScheme });
  const page = await visit(context, "/costs");
  await page.locator(".recharts-surface").first().waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await axeFindings(page)).toEqual([]);
  await page.getByLabel("From").fill(daysAgo(1200));
  await page.getByText("Must be at most 1096 days after from").waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await context.close();
});
