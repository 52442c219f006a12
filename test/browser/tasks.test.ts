import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { until } from "../support/until.ts";
import { axeFindings, type Console, startConsole, visit } from "./support.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let console: Console;
let page: Page;

beforeAll(async () => {
  console = await startConsole();
  await console.stack.client.putCredential({
    params: { agentType: "claude-runner" },
    body: { kind: "anthropicapikey", value: "sk-ant-api03-0123456789wxyz" },
  });
});
afterAll(() => console.close());

beforeEach(async () => {
  page = await visit(await console.visitor(), "/tasks");
});
afterEach(async () => {
  await page.context().close();
  for (const { id } of await allTasks()) await console.stack.client.deleteTask({ params: { taskId: id } });
});

const allTasks = async () => (await console.stack.client.listTasks()).items;
const onlyTask = async () => {
  const [task, ...others] = await allTasks();
  expect(others).toEqual([]);
  if (!task) throw new Error("There is no task.");
  return task;
};
const dialog = (name: string) => page.getByRole("dialog", { name });
/** A required field has an asterisk behind its name. */
const field = (name: string) => page.getByRole("dialog").getByLabel(new RegExp(`^${name}( \\*)?$`));
const isInvalid = (name: string) => until(async () => (await field(name).getAttribute("aria-invalid")) === "true");
const button = (name: string) => page.getByRole("button", { name, exact: true });
const row = (name: string) => page.getByRole("row").filter({ hasText: name });
const told = (text: string) => page.getByText(text).waitFor();

async function fromMenu(task: string, item: string): Promise<void> {
  await page.getByRole("button", { name: `More for ${task}` }).click();
  await page.getByRole("menuitem", { name: item }).click();
}

async function makeTask(input: Parameters<typeof console.stack.createTask>[0]) {
  const task = await console.stack.createTask(input);
  await button("Refresh").click();
  await row(task.name).waitFor();
  return task;
}

test("Run With asks one run otherwise than its task says, now or at an instant", async () => {
  const { id } = await makeTask({ name: "Triage", prompt: "Label the new issues.", overlap: "allow" });
  const newest = async () => (await console.stack.client.listTaskRuns({ params: { taskId: id } })).items[0];
  await fromMenu("Triage", "Run With…");
  await dialog("Run Triage").waitFor();
  await field("Input").fill("Only those of today.");
  await field("Prompt").fill("");
  await field("Model").fill("--no model");
  await button("Run").click();
  await isInvalid("Prompt");
  await isInvalid("Model");
  expect(await newest()).toBeUndefined();
  await field("Prompt").fill("Label only one.");
  await field("Model").fill("claude-opus-4-5");
  expect(await axeFindings(page)).toEqual([]);
  await button("Run").click();
  await told("Triage is on its way.");
  const now = await newest();
  expect(now).toMatchObject({ status: "CLAIMED", notBefore: null });
  const asked = await console.stack.client.getRunInput({ params: { runId: now?.id ?? "" } });
  expect(asked).toMatchObject({ input: "Only those of today.", prompt: "Label only one.", model: "claude-opus-4-5" });
  expect(now?.changed).toEqual(["input", "prompt", "model"]);
  await fromMenu("Triage", "Run With…");
  await field("Not before").fill("2099-01-31T09:00");
  await button("Run").click();
  await isInvalid("Not before");
  await page.getByText("Must be at most 366 days ahead").waitFor();
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 16);
  await field("Not before").fill(tomorrow);
  await button("Run").click();
  await told("A run of Triage is scheduled.");
  expect(await newest()).toMatchObject({ status: "PENDING", notBefore: `${tomorrow}:00.000Z` });
});

test("disable and delete are done at once and undone by the notice; only what cancels a run is asked about", async () => {
  const { id } = await makeTask({ name: "Review", schedule: { type: "cron", preset: "hourly" } });
  const undo = button("Undo");
  await fromMenu("Review", "Disable");
  await row("Review").getByText("Disabled", { exact: true }).waitFor();
  expect((await onlyTask()).enabled).toBe(false);
  await undo.click();
  await until(async () => (await onlyTask()).enabled);
  await undo.waitFor({ state: "detached" });
  await row("Review").getByText("Disabled", { exact: true }).waitFor({ state: "detached" });

  await fromMenu("Review", "Delete");
  await row("Review").waitFor({ state: "detached" });
  expect(await allTasks()).toEqual([]);
  await undo.click();
  await row("Review").waitFor();
  expect(await onlyTask()).toMatchObject({ id, name: "Review", enabled: true });
  await undo.waitFor({ state: "detached" });

  await button("Run Now: Review").click();
  await told("Review is on its way.");
  await fromMenu("Review", "Delete");
  await dialog("Delete Review?").waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await page.keyboard.press("Enter");
  await dialog("Delete Review?").waitFor({ state: "hidden" });
  expect(await allTasks()).toHaveLength(1);
  await fromMenu("Review", "Delete");
  await button("Delete").click();
  await row("Review").waitFor({ state: "detached" });
  expect(await allTasks()).toEqual([]);
});

test("search, filters and order are in the address", async () => {
  await makeTask({ name: "Alpha", schedule: { type: "cron", preset: "hourly" } });
  await makeTask({ name: "Beta", agentType: "codex-runner" });
  await page.getByLabel("Search tasks").fill("alp");
  await row("Beta").waitFor({ state: "detached" });
  await page.reload();
  await row("Alpha").waitFor();
  expect(await row("Beta").count()).toBe(0);
  await page.getByLabel("Search tasks").fill("nothing is called this");
  await button("Show all tasks").click();
  await row("Beta").waitFor();
  await page.getByRole("button", { name: "Name" }).click();
  expect(await page.getByRole("columnheader", { name: "Name" }).getAttribute("aria-sort")).toBe("descending");
  expect(await page.getByRole("row").nth(1).textContent()).toContain("Beta");
});

test("a viewer sees the tasks, and what would be refused says why", async () => {
  await makeTask({ name: "Look only" });
  const viewer = await visit(await console.visitor({ role: "viewer" }), "/tasks");
  await viewer.getByRole("row").filter({ hasText: "Look only" }).waitFor();
  expect(await viewer.getByRole("button", { name: /Reconfigure|Remove/ }).count()).toBe(0);
  for (const name of ["Create Task", "Run Now: Look only"]) {
    const button = viewer.getByRole("button", { name });
    expect(await button.getAttribute("aria-disabled")).toBe("true");
    await button.focus();
    await viewer.getByRole("tooltip").getByText("Only members of this workspace may do this.").waitFor();
    await button.click({ force: true });
  }
  expect(await viewer.getByRole("dialog").count()).toBe(0);
  await viewer.context().close();
});

test("nothing serious for axe on the table, its menu, and the form on a phone in the dark", async () => {
  await makeTask({ name: "Review", description: "Looks at things", schedule: { type: "cron", preset: "hourly" } });
  expect(await axeFindings(page)).toEqual([]);
  await page.getByRole("button", { name: "More for Review" }).click();
  await page.getByRole("menuitem", { name: "Edit" }).waitFor();
  expect(await axeFindings(page)).toEqual([]);
  const phone = await visit(await console.visitor({ width: 360, height: 740, colorScheme: "dark" }), "/tasks/new");
  await phone.getByRole("button", { name: "Advanced Settings" }).click();
  await phone.getByLabel("Sub Path").waitFor();
  expect(await axeFindings(phone)).toEqual([]);
  expect(await phone.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  await phone.context().close();
});
