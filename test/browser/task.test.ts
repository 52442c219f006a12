import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { storeCredential } from "../support/life.ts";
import { playRunner } from "../support/runner.ts";
import { until } from "../support/until.ts";
import { axeFindings, type Console, startConsole, visit } from "./support.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let console: Console;
let taskId: string;
beforeAll(async () => {
  console = await startConsole({ byItself: "nothing" });
  const { client } = console.stack;
  await storeCredential(console.stack);
  const schedule = { type: "cron", expression: "30 7 * * 1-5", timezone: "Europe/Stockholm" } as const;
  ({ id: taskId } = await console.stack.createTask({ name: "Triage", prompt: "# Label\n\nAll new issues.", schedule }));
  for (const [outcome, input] of [["DONE", "Only one."], ["FAILED"]] as const) {
    const run = await client.runTask({ params: { taskId }, body: { input: input ?? null } });
    const runner = await playRunner(console.stack, run.id);
    await runner.complete(outcome === "DONE" ? { result: "Labelled." } : { outcome, error: { code: "AGENT_ERROR" } });
  }
});
afterAll(() => console.close());

const getTask = () => console.stack.client.getTask({ params: { taskId } });
const tab = (page: Page, name: string) => page.getByRole("tab", { name }).click();
const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
const openTask = async (options: Parameters<Console["visitor"]>[0], part = "overview") =>
  visit(await console.visitor(options), `/tasks/${taskId}?tab=${part}`);

test("a run is asked again otherwise, beginning with what it was asked, and the lists mark it", async () => {
  const page = await openTask({}, "runs");
  await page.getByText("For this run alone: an input").waitFor({ state: "attached" });
  await page.getByRole("row").filter({ hasText: "Completed" }).getByRole("link", { name: "View Logs" }).click();
  await button(page, "Run With…").click();
  const dialog = page.getByRole("dialog", { name: "Run Triage with…" });
  const input = dialog.getByLabel("Input");
  expect(await input.inputValue()).toBe("Only one.");
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  await until(() => page.evaluate(() => document.activeElement?.textContent === "Run With…"));
  await button(page, "Run With…").click();
  await input.fill("Only two.");
  await dialog.getByLabel("Max Turns").fill("3");
  await button(page, "Run").click();
  await page
    .getByRole("button", { name: "View run" })
    .or(page.getByRole("link", { name: "View run" }))
    .click();
  await page.getByText("an input, another turn limit").waitFor({ state: "attached" });
  const { lastRun } = await getTask();
  expect(lastRun).toMatchObject({ trigger: "MANUAL", changed: ["input", "maxTurns"] });
  await console.stack.client.cancelRun({ params: { runId: lastRun?.id ?? "" } });
  await page.context().close();
});

test("a viewer reads all of a task, and each button says why it may not be used", async () => {
  const page = await openTask({ role: "viewer", timezone: "America/New_York" });
  await page.getByText("1 of 2 completed").waitFor();
  await tab(page, "Triggers");
  await page.getByText("07:30 in Europe/Stockholm").first().waitFor();
  expect(await page.getByRole("listitem").filter({ hasText: "in Europe/Stockholm" }).count()).toBe(10);
  await tab(page, "Prompt");
  await page.getByRole("heading", { name: "Label" }).waitFor();
  await tab(page, "Settings");
  await page.getByText("All new issues.").waitFor();
  expect(await page.getByRole("textbox").count()).toBe(0);
  expect(await button(page, "Run With…").getAttribute("aria-disabled")).toBe("true");
  await page.context().close();
});

test("nothing serious for axe on any part of a task, light at a desk and dark on a phone", async () => {
  for (const options of [{}, { width: 360, height: 740, colorScheme: "dark" } as const]) {
    const page = await openTask(options);
    await page.getByText("1 of 2 completed").waitFor();
    for (const name of ["Overview", "Runs", "Prompt", "Triggers", "Settings"]) {
      await tab(page, name);
      await page.getByRole("tabpanel", { name }).waitFor();
      expect(await axeFindings(page)).toEqual([]);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(overflow).toBeLessThanOrEqual(0);
    }
    await page.context().close();
  }
});
