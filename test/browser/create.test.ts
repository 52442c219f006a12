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
const heading = (name: string) => page.getByRole("heading", { level: 1, name });
const dialog = (name: string) => page.getByRole("dialog", { name });
/** A required field has an asterisk behind its name. */
const field = (name: string) => page.getByRole("form").getByLabel(new RegExp(`^${name}( \\*)?$`));
const isInvalid = (name: string) => until(async () => (await field(name).getAttribute("aria-invalid")) === "true");
const hasFocus = (name: string) => until(() => field(name).evaluate((element) => element === document.activeElement));
const button = (name: string) => page.getByRole("button", { name, exact: true });
const row = (name: string) => page.getByRole("row").filter({ hasText: name });
const told = (text: string) => page.getByText(text).waitFor();
const summary = () => page.getByRole("complementary", { name: "Summary" });

async function openForm(address = "/tasks/new"): Promise<void> {
  await page.goto(address);
  await field("Name").waitFor();
}
const edit = (taskId: string) => openForm(`/tasks?edit=${taskId}`);

test("a starter template opens Create Task with everything but the repository filled in", async () => {
  await page.getByRole("link", { name: /Dependency updater/ }).click();
  await heading("Create Task").waitFor();
  expect(await field("Prompt").inputValue()).toContain("Bring the dependencies of this repository up to date");
  await field("Source URL").fill("https://github.com/acme/shop#next");
  await summary().getByText("github.com/acme/shop").waitFor();
  await summary().getByText("Branch next").waitFor();
  await button("Create").click();
  await told("The task is created.");
  await row("Dependency updater").waitFor();
  expect(await onlyTask()).toMatchObject({
    name: "Dependency updater",
    sourceUrl: "https://github.com/acme/shop#next",
    schedule: { type: "cron", preset: "weekly-monday-9am" },
  });
});

test("Create Task is a page: Back leads to where one was, and former addresses of the dialog lead to it", async () => {
  await button("Create Task").click();
  await heading("Create Task").waitFor();
  expect(new URL(page.url()).pathname).toBe("/tasks/new");
  await page.goBack();
  await heading("Tasks").waitFor();
  await page.goForward();
  await heading("Create Task").waitFor();
  await button("Cancel").click();
  await heading("Tasks").waitFor();
  await page.goto("/tasks?create=true&template=test-writer");
  await heading("Create Task").waitFor();
  expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe("/tasks/new?template=test-writer");
  expect(await field("Name").inputValue()).toBe("Test writer");
  const { id } = await console.stack.createTask({ name: "Review" });
  await page.goto(`/tasks?duplicate=${id}`);
  await heading("Duplicate Task").waitFor();
  await until(async () => (await field("Name").inputValue()) === "Review (2)");
  await button("Cancel").click();
  await heading("Tasks").waitFor();
});

test("the first click after a field was touched does what it says, and nothing moves under it", async () => {
  await openForm();
  await hasFocus("Name");
  const [name, prompt] = [field("Name"), field("Prompt")];
  const between = async () => ((await prompt.boundingBox())?.y ?? 0) - ((await name.boundingBox())?.y ?? 0);
  const distance = await between();
  await page.getByText("Manual", { exact: true }).click();
  await summary().getByText("Only when someone runs it").waitFor();
  expect(await between()).toBe(distance);
  expect(await page.locator("[aria-invalid=true]").count()).toBe(0);

  await field("Notification Email").fill("not an address");
  await button("Advanced Settings").click();
  await field("Sub Path").waitFor();
  await isInvalid("Notification Email");
  await field("Notification Email").fill("me@example.com");
  await field("Description").click();
  await until(async () => (await page.locator("[aria-invalid=true]").count()) === 0);

  await button("Create").click();
  await isInvalid("Name");
  await isInvalid("Prompt");
  await hasFocus("Name");
  expect(await between()).toBe(distance);
});

test("the summary says when, where, what it may do and what it cost, as one types", async () => {
  const there = await visit(await console.visitor({ timezone: "America/New_York" }), "/tasks/new");
  const beside = there.getByRole("complementary", { name: "Summary" });
  await there.getByLabel("Cron expression").fill("0 9 * * 1");
  await there.getByRole("combobox", { name: "Time zone" }).click();
  await there.getByRole("combobox", { name: "Time zone" }).fill("Stockholm");
  await there.getByRole("option", { name: /Stockholm/ }).click();
  await beside.getByText(/Next runs \(your time, America\/New_York\)/).waitFor();
  await until(async () => (await beside.getByRole("listitem").filter({ hasText: "Stockholm" }).count()) === 5);
  await beside
    .getByText(/09:00 Stockholm/)
    .first()
    .waitFor();
  await beside.getByRole("button", { name: /Show the next 10/ }).click();
  await until(async () => (await beside.getByRole("listitem").filter({ hasText: "Stockholm" }).count()) === 10);
  await beside.getByText("In an empty folder, without a repository").waitFor();
  await beside.getByText("Uses all tools").waitFor();
  await beside.getByText("Takes at most 25 turns and 60 minutes").waitFor();
  await beside.getByText("It has not run yet.").waitFor();
  await there.context().close();
});

test("who may only look reads the form as text", async () => {
  const { id } = await console.stack.createTask({ name: "Look only", prompt: "Read\nme.", maxTurns: 7 });
  const viewer = await visit(await console.visitor({ role: "viewer" }), `/tasks?edit=${id}`);
  const form = viewer.getByRole("form", { name: "Save" });
  await form.getByRole("group", { name: "Prompt" }).getByText("Read\nme.").waitFor();
  expect(await form.getByRole("group", { name: "Max Turns" }).textContent()).toContain("7");
  expect(await form.getByRole("group", { name: "Git Token" }).textContent()).toContain("Not set");
  expect(await form.locator("input, textarea, select").count()).toBe(0);
  expect(await form.getByRole("button", { name: "Save" }).getAttribute("aria-disabled")).toBe("true");
  expect(await axeFindings(viewer)).toEqual([]);
  await viewer.context().close();
});

test("an own cron expression is told in words with its next run as one types", async () => {
  await openForm();
  await field("Name").fill("Nightly");
  await field("Prompt").fill("Sweep the floor.");
  await field("Cron expression").fill("30 22 * * 1-5");
  await summary().getByText("At 22:30, Monday through Friday (UTC)").waitFor();
  await summary()
    .getByText(/22:30$/)
    .first()
    .waitFor();
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
  await openForm();
  await button("Advanced Settings").click();
  await field("Allowed Tools").waitFor();
  expect(await field("Sandbox").count()).toBe(0);
  await page.getByText("Codex Runner", { exact: true }).last().click();
  await field("Sandbox").waitFor();
  expect(await field("Allowed Tools").count()).toBe(0);
  await page.getByText("No credential is stored for Codex Runner").waitFor();
});

test("a task that runs once, and one that runs only by hand", async () => {
  await openForm();
  await field("Name").fill("One time");
  await field("Prompt").fill("Do it.");
  await page.getByText("Once", { exact: true }).click();
  await field("Run at").fill("2031-01-31T09:00");
  await summary().getByText("Once, on 31 January 2031 at 09:00 (UTC)").waitFor();
  await page.getByText("Manual", { exact: true }).click();
  expect(await field("Run at").count()).toBe(0);
  await page.getByText("Once", { exact: true }).click();
  await button("Create").click();
  await told("The task is created.");
  expect(await onlyTask()).toMatchObject({ schedule: { type: "once", at: "2031-01-31T09:00:00.000Z" } });
});

test("how long a run may wait, and over how long slots are spread, are settings of a task", async () => {
  await openForm();
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
  await edit((await onlyTask()).id);
  await button("Advanced Settings").click();
  expect(await field("Spread").inputValue()).toBe("15");
});

test("an edit sends what was changed; a write-only field says set, is replaced and cleared", async () => {
  const made = await console.stack.createTask({
    name: "Review",
    gitToken: "ghp_0123456789abcd",
    description: "before",
  });
  await edit((await onlyTask()).id);
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

  await edit((await onlyTask()).id);
  await button("Remove: Git Token").click();
  await page.getByText("Will be removed when you save").waitFor();
  await field("Description").fill("");
  await button("Save").click();
  await until(async () => (await onlyTask()).gitToken.set === false);
  expect(await onlyTask()).toMatchObject({ description: null, gitToken: { set: false } });
});

test("duplicate takes over everything but the name and the secrets", async () => {
  await console.stack.createTask({
    name: "Review",
    gitToken: "ghp_0123456789abcd",
    maxTurns: 7,
    allowedTools: ["Read"],
  });
  await openForm(`/tasks/new?from=${(await onlyTask()).id}`);
  expect(await field("Name").inputValue()).toBe("Review (2)");
  await button("Create").click();
  await row("Review (2)").waitFor();
  const copy = (await allTasks()).find(({ name }) => name === "Review (2)");
  expect(copy).toMatchObject({ maxTurns: 7, allowedTools: ["Read"], gitToken: { set: false } });
});

test("what the server refuses lands on its field, which gets the focus, also when it is folded away", async () => {
  await console.stack.createTask({ name: "Taken" });
  await openForm();
  await field("Name").fill("taken");
  await field("Prompt").fill("Do it.");
  await button("Create").click();
  await told("A task of this name exists already.");
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

test("unsaved changes survive Cancel, a reload and the way back, but no secret is kept", async () => {
  await openForm();
  await field("Name").fill("Half done");
  await field("Prompt").fill("Write half a prompt");
  await field("Git Token").fill("ghp_verysecret0001");
  await button("Cancel").click();
  await dialog("Discard your changes?").waitFor();
  await button("Keep editing").click();
  expect(await field("Name").inputValue()).toBe("Half done");

  await page.reload();
  await page.getByText("What you typed before is back.").waitFor();
  expect(await field("Prompt").inputValue()).toBe("Write half a prompt");
  expect(await field("Git Token").inputValue()).toBe("");
  expect(await page.evaluate(() => JSON.stringify(sessionStorage))).not.toContain("verysecret");

  await page.goBack();
  await heading("Tasks").waitFor();
  await openForm();
  expect(await field("Name").inputValue()).toBe("Half done");
  await button("Cancel").click();
  await button("Discard").click();
  await heading("Tasks").waitFor();
  await openForm();
  expect(await field("Name").inputValue()).toBe("");
});

test("two tabs that change different fields of a task both win", async () => {
  await console.stack.createTask({ name: "Shared" });
  await edit((await onlyTask()).id);
  await field("Description").fill("from the first tab");
  const other = await visit(page.context(), `/tasks?edit=${(await onlyTask()).id}`);
  await other.getByRole("textbox", { name: "Prompt" }).fill("From the second tab.");
  await other.getByRole("button", { name: "Save" }).click();
  await other.getByText("The task is saved.").waitFor();
  await button("Save").click();
  await told("The task is saved.");
  expect(await onlyTask()).toMatchObject({ description: "from the first tab", prompt: "From the second tab." });
});

test("two tabs that change the same field do not overwrite each other: the later one is told", async () => {
  const { id: taskId } = await console.stack.createTask({ name: "Shared" });
  await edit((await onlyTask()).id);
  await field("Description").fill("mine");
  await console.stack.client.updateTask({ params: { taskId }, body: { description: "theirs" } });
  await button("Save").click();
  await told("It was changed since you opened it, and nothing of yours was saved.");
  expect(await field("Description").inputValue()).toBe("mine");
  expect(await onlyTask()).toMatchObject({ description: "theirs" });
});
