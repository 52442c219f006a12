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

test("a starter template opens Create Task with everything but the repository filled in", async () => {
  await page.getByRole("link", { name: /Dependency updater/ }).click();
  await dialog("Create Task").waitFor();
  expect(await field("Prompt").inputValue()).toContain("Bring the dependencies of this repository up to date");
  await field("Source URL").fill("https://github.com/acme/shop");
  await button("Create").click();
  await told("The task is created.");
  await row("Dependency updater").waitFor();
  expect(await onlyTask()).toMatchObject({
    name: "Dependency updater",
    sourceUrl: "https://github.com/acme/shop",
    schedule: { type: "cron", preset: "weekly-monday-9am" },
  });
});

test("an own cron expression is told in words with its next run as one types", async () => {
  await button("Create Task").click();
  await field("Name").fill("Nightly");
  await field("Prompt").fill("Sweep the floor.");
  await field("Cron expression").fill("30 22 * * 1-5");
  await page.getByText("At 22:30, Monday through Friday (UTC)").waitFor();
  await page.getByText(/^Next run: .*22:30/).waitFor();
  await field("Cron expression").fill("61 * * * *");
  await page
    .getByText(/minute/i)
    .first()
    .waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await button("Create").click();
  await isInvalid("Cron expression");
  expect(await allTasks()).toEqual([]);
  await field("Cron expression").fill("30 22 * * 1-5");
  await button("Create").click();
  await told("The task is created.");
  expect(await onlyTask()).toMatchObject({ schedule: { type: "cron", expression: "30 22 * * 1-5", timezone: "UTC" } });
});

test("only the fields of the chosen agent type are there", async () => {
  await button("Create Task").click();
  await button("Advanced Settings").click();
  await field("Allowed Tools").waitFor();
  expect(await field("Sandbox").count()).toBe(0);
  await page.getByText("Codex Runner", { exact: true }).last().click();
  await field("Sandbox").waitFor();
  expect(await field("Allowed Tools").count()).toBe(0);
  await page.getByText("No credential is stored for Codex Runner").waitFor();
});

test("a task that runs once, and one that runs only by hand", async () => {
  await button("Create Task").click();
  await field("Name").fill("One time");
  await field("Prompt").fill("Do it.");
  await page.getByText("Once", { exact: true }).click();
  await field("Run at").fill("2031-01-31T09:00");
  await page.getByText("Once, on 31 January 2031 at 09:00 (UTC)").waitFor();
  await page.getByText("Manual", { exact: true }).click();
  expect(await field("Run at").count()).toBe(0);
  await page.getByText("Once", { exact: true }).click();
  await button("Create").click();
  await told("The task is created.");
  expect(await onlyTask()).toMatchObject({ schedule: { type: "once", at: "2031-01-31T09:00:00.000Z" } });
});

test("how long a run may wait, and over how long slots are spread, are settings of a task", async () => {
  await button("Create Task").click();
  await field("Name").fill("Spread");
  await field("Prompt").fill("Do it.");
  await button("Advanced Settings").click();
  expect(await field("Start Within").inputValue()).toBe("360");
  await field("Start Within").fill("30");
  await field("Spread").fill("1441");
  await button("Create").click();
  await isInvalid("Spread");
  await field("Spread").fill("15");
  await button("Create").click();
  await told("The task is created.");
  expect(await onlyTask()).toMatchObject({ startWithinMinutes: 30, spreadMinutes: 15 });
  await fromMenu("Spread", "Edit");
  await button("Advanced Settings").click();
  expect(await field("Spread").inputValue()).toBe("15");
});

test("Run With Input asks for one run with text of its own, now or at an instant", async () => {
  const { id } = await makeTask({ name: "Triage", prompt: "Label the new issues.", overlap: "allow" });
  const newest = async () => (await console.stack.client.listTaskRuns({ params: { taskId: id } })).items[0];
  await fromMenu("Triage", "Run With Input");
  await dialog("Run Triage").waitFor();
  await field("Input").fill("Only those of today.");
  expect(await axeFindings(page)).toEqual([]);
  await button("Run").click();
  await told("Triage is on its way.");
  const now = await newest();
  expect(now).toMatchObject({ status: "CLAIMED", notBefore: null });
  const asked = await console.stack.client.getRunInput({ params: { runId: now?.id ?? "" } });
  expect(asked.input).toBe("Only those of today.");
  await fromMenu("Triage", "Run With Input");
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

test("an edit sends what was changed; a write-only field says set, is replaced and cleared", async () => {
  const made = await makeTask({ name: "Review", gitToken: "ghp_0123456789abcd", description: "before" });
  await fromMenu("Review", "Edit");
  await page.getByText("Set, ends in abcd").waitFor();
  await button("Replace: Git Token").click();
  expect(await page.evaluate(() => document.activeElement?.getAttribute("placeholder"))).toBe("ghp_…");
  await field("Git Token").fill("sk-proj-0123456789");
  await page.getByText("This looks like an OpenAI API key.").waitFor();
  await button("Keep the old one: Git Token").click();
  await button("Replace: Git Token").click();
  await field("Git Token").fill("ghp_0123456789wxyz");
  await button("Save").click();
  await told("The task is saved.");
  const replaced = await onlyTask();
  expect(replaced).toMatchObject({ id: made.id, description: "before", gitToken: { set: true, lastFour: "wxyz" } });

  await fromMenu("Review", "Edit");
  await button("Remove: Git Token").click();
  await page.getByText("Will be removed when you save").waitFor();
  await field("Description").fill("");
  await button("Save").click();
  await until(async () => (await onlyTask()).gitToken.set === false);
  expect(await onlyTask()).toMatchObject({ description: null, gitToken: { set: false } });
});

test("duplicate takes over everything but the name and the secrets", async () => {
  await makeTask({ name: "Review", gitToken: "ghp_0123456789abcd", maxTurns: 7, allowedTools: ["Read"] });
  await fromMenu("Review", "Duplicate");
  expect(await field("Name").inputValue()).toBe("Review copy");
  await button("Create").click();
  await row("Review copy").waitFor();
  const copy = (await allTasks()).find(({ name }) => name === "Review copy");
  expect(copy).toMatchObject({ maxTurns: 7, allowedTools: ["Read"], gitToken: { set: false } });
});

test("disable, enable and delete, the last one after a question", async () => {
  await makeTask({ name: "Review", schedule: { type: "cron", preset: "hourly" } });
  await fromMenu("Review", "Disable");
  await row("Review").getByText("Disabled", { exact: true }).waitFor();
  expect((await onlyTask()).enabled).toBe(false);
  await fromMenu("Review", "Enable");
  await until(async () => (await onlyTask()).enabled);

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

test("what the server refuses lands on its field, which gets the focus, also when it is folded away", async () => {
  await makeTask({ name: "Taken" });
  await button("Create Task").click();
  await field("Name").fill("taken");
  await field("Prompt").fill("Do it.");
  await button("Create").click();
  await page
    .getByRole("dialog")
    .getByText(/name/i)
    .filter({ hasText: /taken|another|already/i })
    .first()
    .waitFor();
  await isInvalid("Name");
  await until(() => field("Name").evaluate((element) => element === document.activeElement));

  await field("Name").fill("Free");
  await button("Advanced Settings").click();
  await field("Sub Path").fill("../outside");
  await button("Advanced Settings").click();
  await button("Create").click();
  await page.getByText("Must be a relative path without ..").waitFor();
  await until(() => field("Sub Path").evaluate((element) => element === document.activeElement));
});

test("unsaved changes survive Escape, a reload and the way back, but no secret is kept", async () => {
  await button("Create Task").click();
  await field("Name").fill("Half done");
  await field("Prompt").fill("Write half a prompt");
  await field("Git Token").fill("ghp_verysecret0001");
  await page.keyboard.press("Escape");
  await dialog("Discard your changes?").waitFor();
  await button("Keep editing").click();
  expect(await field("Name").inputValue()).toBe("Half done");

  await page.reload();
  await page.getByText("What you typed before is back.").waitFor();
  expect(await field("Prompt").inputValue()).toBe("Write half a prompt");
  expect(await field("Git Token").inputValue()).toBe("");
  expect(await page.evaluate(() => JSON.stringify(sessionStorage))).not.toContain("verysecret");

  await page.goBack();
  await dialog("Create Task").waitFor({ state: "detached" });
  await button("Create Task").click();
  expect(await field("Name").inputValue()).toBe("Half done");
  await button("Cancel").click();
  await button("Discard").click();
  await dialog("Create Task").waitFor({ state: "detached" });
  await button("Create Task").click();
  expect(await field("Name").inputValue()).toBe("");
});

test("two tabs that change different fields of a task both win", async () => {
  await makeTask({ name: "Shared" });
  const other = await visit(page.context(), "/tasks");
  await fromMenu("Shared", "Edit");
  await field("Description").fill("from the first tab");
  await other.getByRole("button", { name: "More for Shared" }).click();
  await other.getByRole("menuitem", { name: "Edit" }).click();
  await other.getByLabel("Prompt").fill("From the second tab.");
  await other.getByRole("button", { name: "Save" }).click();
  await other.getByText("The task is saved.").waitFor();
  await button("Save").click();
  await told("The task is saved.");
  expect(await onlyTask()).toMatchObject({ description: "from the first tab", prompt: "From the second tab." });
});

test("two tabs that change the same field do not overwrite each other: the later one is told", async () => {
  const { id: taskId } = await makeTask({ name: "Shared" });
  await fromMenu("Shared", "Edit");
  await field("Description").fill("mine");
  await console.stack.client.updateTask({ params: { taskId }, body: { description: "theirs" } });
  await button("Save").click();
  await told("It was changed since you opened it, and nothing of yours was saved.");
  expect(await field("Description").inputValue()).toBe("mine");
  expect(await onlyTask()).toMatchObject({ description: "theirs" });
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

test("nothing serious for axe on the table, the form and on a phone in the dark", async () => {
  await makeTask({ name: "Review", description: "Looks at things", schedule: { type: "cron", preset: "hourly" } });
  expect(await axeFindings(page)).toEqual([]);
  await page.getByRole("button", { name: "More for Review" }).click();
  await page.getByRole("menuitem", { name: "Edit" }).waitFor();
  expect(await axeFindings(page)).toEqual([]);
  const phone = await visit(
    await console.visitor({ width: 360, height: 740, colorScheme: "dark" }),
    "/tasks?create=true",
  );
  await phone.getByRole("button", { name: "Advanced Settings" }).click();
  await phone.getByLabel("Sub Path").waitFor();
  expect(await axeFindings(phone)).toEqual([]);
  expect(await phone.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  await phone.context().close();
});
