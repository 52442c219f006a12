import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { storeCredential } from "../support/life.ts";
import { modelCall, type PlayedRunner, playRunner } from "../support/runner.ts";
import { playRun } from "./played-run.ts";
import { axeFindings, type Console, settled, startConsole, visit } from "./support.ts";

let app: Console;
beforeAll(async () => {
  app = await startConsole();
});
afterAll(() => app.close());

/** What a tile says: its figure and the line under it. */
async function tile(page: Page, label: string): Promise<string> {
  const box = page.locator("main").getByText(label, { exact: true }).first().locator("xpath=../..");
  return (await box.allInnerTexts()).join().replace(/\s+/g, " ");
}

test("an empty workspace says what to do first, and ticks it off", async () => {
  const context = await app.visitor();
  const page = await visit(context, "/");
  const step = (name: string) => page.getByRole("listitem").filter({ hasText: name });
  await page.getByRole("link", { name: "Set up credentials" }).click();
  await page.getByRole("heading", { level: 1, name: "Credentials" }).waitFor();
  await storeCredential(app.stack);
  await page.goto("/");
  await step("Store a credential").getByLabel("Done").waitFor();
  expect(await step("Create your first task").getAttribute("aria-current")).toBe("step");
  await app.stack.createTask({ name: "first" });
  await page.reload();
  await step("Create your first task").getByLabel("Done").waitFor();
  expect(await step("Run it").getByRole("link").getAttribute("href")).toBe("/tasks");
  expect(await axeFindings(page)).toEqual([]);
  await context.close();
});

test("a viewer is not offered what only others may do", async () => {
  const context = await app.visitor({ role: "viewer" });
  const page = await visit(context, "/");
  expect(await page.getByRole("link", { name: "Create Task" }).count()).toBe(0);
  expect(await page.getByRole("link", { name: "API keys" }).count()).toBe(0);
  await context.close();
});

test("figures, lists and charts are those of the workspace, and follow what happens", async () => {
  const { stack } = app;
  const [good, bad, daily] = await Promise.all([
    stack.createTask({ name: "good" }),
    stack.createTask({ name: "bad" }),
    stack.createTask({ name: "daily", schedule: { type: "cron", preset: "daily-9am" } }),
  ]);
  await playRun(stack, good.id, [modelCall(1), modelCall(2)]);
  await playRun(stack, bad.id, [modelCall(1)], { outcome: "FAILED", error: { code: "AGENT_ERROR" } });
  const { id } = await stack.client.runTask({ params: { taskId: daily.id } });
  const runner: PlayedRunner = await playRunner(stack, id);

  const context = await app.visitor();
  const page = await visit(context, "/");
  expect(await tile(page, "Agent tasks")).toBe("Agent tasks 4 1 failing 4 enabled");
  expect(await tile(page, "Runs today")).toBe("Runs today 3 1 failed");
  expect(await tile(page, "Running now")).toBe("Running now 1 starting or running");
  expect(await tile(page, "Spend this month")).toBe("Spend this month $0.0135 $0.0135 today");

  const recent = page.getByRole("region", { name: "Recent runs" }).getByRole("listitem");
  expect(await recent.allInnerTexts()).toEqual([
    expect.stringMatching(/^Running\s+daily/),
    expect.stringMatching(/^Failed\s+bad[\s\S]+\$0\.0045/),
    expect.stringMatching(/^Completed\s+good[\s\S]+\$0\.009/),
  ]);
  const next = page.getByRole("region", { name: "Next runs" }).getByRole("listitem");
  expect(await next.allInnerTexts()).toEqual([expect.stringMatching(/^daily\s+(Today|Tomorrow), 09:00/)]);

  await page.getByRole("img", { name: /Runs per day .* 1 completed, 1 failed, 0 cancelled/ }).waitFor();
  await page.getByRole("img", { name: /Spend per day .* \$0\.0135 in all/ }).waitFor();
  await page.getByRole("button", { name: "Runs per day: show as table" }).click();
  const today = page.getByRole("region", { name: "Runs per day, table" }).locator("tbody tr").first();
  expect(await today.locator("td").allInnerTexts()).toEqual([expect.any(String), "1", "1", "0"]);

  await runner.complete({ calls: [modelCall(1)] });
  await recent.first().getByText("Completed").waitFor({ timeout: 20_000 });
  expect(await tile(page, "Running now")).toBe("Running now 0 nothing runs");
  expect(await tile(page, "Spend this month")).toContain("$0.0180");

  await page.getByRole("link", { name: "1 failing" }).click();
  await page.waitForURL("**/tasks?state=failing");
  await context.close();
});

test.each(["light", "dark"] as const)("axe finds nothing serious on the home page, %s", async (colorScheme) => {
  const context = await app.visitor({ colorScheme });
  const page = await visit(context, "/");
  await page.locator(".recharts-surface").first().waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await page.getByRole("button", { name: "Spend per day: show as table" }).click();
  expect(await axeFindings(page)).toEqual([]);
  await context.close();
});

test("what cannot be read is told in its place, and can be tried again", async () => {
  const context = await app.visitor();
  const page = await context.newPage();
  await page.route("**/api/overview", (route) =>
    route.fulfill({ status: 404, json: { error: { code: "not_found", message: "It is gone." } } }),
  );
  await page.goto("/");
  await page.getByRole("alert").getByText("It is gone.").waitFor();
  await page.unroute("**/api/overview");
  await page.getByRole("button", { name: "Try again" }).click();
  await settled(page);
  expect(await tile(page, "Agent tasks")).toContain("4 enabled");
  await context.close();
});
