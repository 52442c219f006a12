import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { newId } from "../../core/id.ts";
import { storeCredential } from "../support/life.ts";
import { playRunner } from "../support/runner.ts";
import { until } from "../support/until.ts";
import { printSample, startRun, twoCalls } from "./log-support.ts";
import { axeFindings, type Console, looks, startConsole, visit } from "./support.ts";

vi.setConfig({ testTimeout: 90_000 });

let site: Console;
beforeAll(async () => {
  site = await startConsole();
  await storeCredential(site.stack);
}, 120_000);
afterAll(() => site?.close());

const open = async (path: string, options: Parameters<Console["visitor"]>[0] = {}) =>
  visit(await site.visitor(options), path);
const rows = (page: Page) =>
  page
    .getByRole("table")
    .getByRole("row")
    .filter({ has: page.getByRole("cell") });
const newTask = (name: string) =>
  site.stack.createTask({ name, overlap: "allow", notificationEmail: "dev@example.com" });
const statusOf = async (runId: string) => (await site.stack.client.getRun({ params: { runId } })).status;

test("lists runs as they come and end, newest first", async () => {
  const page = await open("/runs");
  await page.getByText("Nothing has run yet").waitFor();
  const task = await newTask("Report");
  const first = await startRun(site.stack, task.id);
  await page.getByRole("button", { name: "Refresh" }).click();
  await rows(page).filter({ hasText: "Running" }).waitFor();
  await first.complete();
  await rows(page).filter({ hasText: "Completed" }).waitFor();
  await startRun(site.stack, task.id);
  await until(async () => (await rows(page).count()) === 2);
  expect(await rows(page).first().textContent()).toContain("Running");
  expect(await page.getByRole("columnheader").allTextContents()).toEqual([
    "Status",
    "Task",
    "Trigger",
    "Requested By",
    "Started At",
    "Duration",
    "Cost",
  ]);
});

test("filters by status and task, in the address", async () => {
  const [one, two] = [await newTask("Filter one"), await newTask("Filter two")];
  for (const task of [one, two]) {
    await (await startRun(site.stack, task.id)).complete();
    await (await startRun(site.stack, task.id)).complete({ outcome: "FAILED", error: { code: "AGENT_ERROR" } });
  }
  const page = await open("/runs");
  await page.getByRole("combobox", { name: "Status" }).click();
  await page.getByRole("option", { name: "Failed" }).click();
  await until(async () => (await rows(page).allTextContents()).every((text) => text.includes("Failed")));
  await page.getByRole("combobox", { name: "Task" }).click();
  await page.getByRole("option", { name: "Filter two" }).click();
  await until(async () => (await rows(page).count()) === 1);
  expect(await rows(page).textContent()).toContain("Filter two");
  expect(new URL(page.url()).search).toBe(`?status=FAILED&task=${two.id}`);
  await page.reload();
  await until(async () => (await rows(page).count()) === 1);
  await page.getByRole("button", { name: "Clear" }).click();
  await until(async () => (await rows(page).count()) > 3);
  const none = await open(`/runs?status=CANCELLED&task=${one.id}`);
  await none.getByText("No run like this").waitFor();
});

test("scrolls back to the oldest run, with only the rows in view in the page", async () => {
  const one = await startRun(site.stack, (await newTask("Many")).id);
  await one.complete({ outcome: "TIMED_OUT", error: { code: "DEADLINE_EXCEEDED" } });
  const { run } = site.stack.ctx.table.entities;
  const { data } = await run.get({ runId: one.id }).go();
  if (!data) throw new Error("The run has no row.");
  for (let n = 1; n < 60; n++) await run.put({ ...data, runId: newId(site.stack.ctx, "run") }).go();
  const page = await open("/runs?status=TIMED_OUT");
  const loaded = page.getByRole("table", { name: "Runs" });
  await until(async () => (await rows(page).count()) > 5);
  for (const key of ["End", "Home", "End"]) {
    await page.keyboard.press(key);
    const end = key === "End" ? "61" : "2";
    await until(async () => {
      await page.keyboard.press(key);
      return (await loaded.locator(`tr[aria-rowindex="${end}"]`).count()) === 1;
    });
    // However far one goes, only what is in view is in the page.
    expect(await rows(page).count()).toBeLessThan(40);
  }
  expect(await loaded.getAttribute("aria-rowcount")).toBe("61");
});

test("opens a run beside the list, and leads on to the whole of it", async () => {
  const run = await startRun(site.stack, (await newTask("Drawer")).id);
  await run.complete({ result: "All **well**." });
  const page = await open("/runs");
  await rows(page).getByRole("link", { name: "Drawer" }).click();
  const drawer = page.getByRole("dialog");
  await drawer.getByText("well", { exact: true }).waitFor();
  expect(new URL(page.url()).search).toBe(`?run=${run.id}`);
  await page.keyboard.press("Escape");
  await drawer.waitFor({ state: "hidden" });
  await rows(page).filter({ hasText: "Drawer" }).getByRole("cell").nth(3).click();
  await drawer.getByRole("link", { name: "View Logs" }).click();
  await page.waitForURL(`**/runs/${run.id}`);
  await page.getByRole("heading", { level: 1, name: "Drawer" }).waitFor();
});

test("shows what a run did, as text that cannot act, and what each model call cost", async () => {
  const run = await startRun(site.stack, (await newTask("Whole")).id);
  await printSample(run);
  await run.runner.progress(twoCalls);
  await run.complete({
    turns: 7,
    result:
      "# Done\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n[out](https://example.com/x) [bad](javascript:alert(1)) ![pixel](https://example.com/p.png)<script>document.title='owned'</script>",
  });
  const page = await open(`/runs/${run.id}`);
  const result = page.getByRole("region", { name: "Result" });
  await result.getByRole("cell", { name: "2" }).waitFor();
  const link = result.getByRole("link", { name: "out" });
  expect(await link.getAttribute("rel")).toContain("noopener");
  expect(await link.getAttribute("target")).toBe("_blank");
  expect(await result.locator("img, script").count()).toBe(0);
  expect(await result.locator("a[href^='javascript']").count()).toBe(0);
  const details = page.getByRole("region", { name: "Details" });
  await details.getByText("claude-sonnet-4-5").waitFor();
  expect(await details.textContent()).toMatch(/Turns7.*3\.5\s?[kK] in, 1\.2\s?[kK] out/);
  await details.getByText("dev@example.com").waitFor();
  const calls = page.getByRole("region", { name: "Model calls" });
  await calls.getByRole("row").nth(2).waitFor();
  expect(await calls.getByRole("row").last().textContent()).toContain("2 calls");
  const { costUsd } = await site.stack.client.getRun({ params: { runId: run.id } });
  expect(await calls.getByRole("row").last().textContent()).toContain(costUsd?.toFixed(4));
  const steps = page.getByRole("region", { name: "Timeline" }).getByRole("listitem");
  expect((await steps.allTextContents()).map((text) => text.replace(/[A-Z][a-z]*,.*/, ""))).toEqual([
    "Queued",
    "Starting",
    "Running",
    "Completed",
  ]);
});

test("tells what a run was asked, by whom, and from which commit it began, whatever its task is now", async () => {
  const { client } = site.stack;
  const task = await newTask("Asked");
  const { id } = await client.runTask({ params: { taskId: task.id }, body: { input: "Only <b>today's</b>." } });
  const runner = await playRunner(site.stack, id);
  await runner.complete({ commit: "0123456789abcdef0123456789abcdef01234567" });
  await client.updateTask({ params: { taskId: task.id }, body: { prompt: "Something else." } });
  const page = await open(`/runs/${id}`);
  const asked = page.getByRole("region", { name: "What was asked" });
  await asked.getByRole("region", { name: "Prompt" }).getByText("Say hello.").waitFor();
  expect(await asked.getByRole("region", { name: "Input" }).textContent()).toBe("Only <b>today's</b>.");
  const details = page.getByRole("region", { name: "Details" });
  await details.getByRole("img", { name: "An API key" }).waitFor();
  expect(await details.textContent()).toMatch(/Requested Byadmin.*Attempt1.*Commit0123456789ab$/);
});

test("shows a run that waits for an instant as scheduled, and for when, until it is cancelled", async () => {
  const task = await newTask("Later");
  const notBefore = new Date(Date.now() + 86_400_000).toISOString();
  const { id } = await site.stack.client.runTask({ params: { taskId: task.id }, body: { notBefore } });
  const page = await open("/runs");
  await rows(page).filter({ hasText: "Later" }).getByText("Scheduled").waitFor();
  await page.goto(`/runs/${id}`);
  const steps = page.getByRole("region", { name: "Timeline" });
  await steps
    .getByRole("listitem")
    .filter({ hasText: /^Scheduled for/ })
    .waitFor();
  expect(await steps.locator(`time[datetime="${notBefore}"]`).count()).toBe(1);
  await page.getByRole("button", { name: "Cancel", exact: true }).click();
  await page.getByRole("button", { name: "Cancel run" }).click();
  await until(async () => (await statusOf(id)) === "CANCELLED");
});

test("cancels a run after asking", async () => {
  const run = await startRun(site.stack, (await newTask("Endless")).id);
  const page = await open(`/runs/${run.id}`);
  await page.getByRole("button", { name: "Cancel" }).click();
  const question = page.getByRole("dialog");
  await question.getByRole("button", { name: "Keep running" }).click();
  await question.waitFor({ state: "hidden" });
  expect(await statusOf(run.id)).toBe("PROCESSING");
  await page.getByRole("button", { name: "Cancel" }).click();
  await question.getByRole("button", { name: "Cancel run" }).click();
  await page.getByRole("button", { name: "Cancelling" }).waitFor();
  expect((await run.runner.progress()).stop).toBe("CANCELLED");
  await run.complete({ outcome: "CANCELLED" });
  await page.getByRole("button", { name: "Retry" }).waitFor();
  await page.getByText("Cancelled").first().waitFor();
});

test("says why a run failed and what to do, and retries it as a new run", async () => {
  const run = await startRun(site.stack, (await newTask("Refused")).id);
  await run.complete({ outcome: "FAILED", error: { code: "CREDENTIAL_REJECTED" } });
  const page = await open(`/runs/${run.id}`);
  const reason = page.getByRole("alert");
  await reason.getByText("The model provider refused the credential.").waitFor();
  await reason.getByText("Store a valid credential, then retry the run.").waitFor();
  const way = reason.getByRole("link", { name: "Manage credentials" });
  expect(await way.getAttribute("href")).toBe("/connect/credentials");
  await page.getByRole("button", { name: "Retry" }).click();
  await page.waitForURL((url) => url.pathname.startsWith("/runs/") && !url.pathname.endsWith(run.id));
  await page.getByRole("link", { name: "an earlier one" }).waitFor();
  const again = await site.stack.client.getRun({ params: { runId: new URL(page.url()).pathname.slice(6) } });
  expect([again.parentRunId, again.trigger]).toEqual([run.id, "RETRY"]);
});

test("a viewer looks, cannot touch, and is told why", async () => {
  const run = await startRun(site.stack, (await newTask("Looked at")).id);
  const page = await open(`/runs/${run.id}`, { role: "viewer" });
  await page.getByRole("region", { name: "Timeline" }).getByText("Running").waitFor();
  const cancel = page.getByRole("button", { name: "Cancel" });
  expect(await cancel.getAttribute("aria-disabled")).toBe("true");
  await cancel.focus();
  await page.getByRole("tooltip").getByText("Only members of this workspace may do this.").waitFor();
  await cancel.click({ force: true });
  expect(await page.getByRole("dialog").count()).toBe(0);
  await run.complete();
});

test("tells that there is no such run", async () => {
  const page = await open("/runs/run_01M7VYB1G0ZB2Y2CY8DME9BW56");
  await page.getByText("There is nothing here").waitFor();
});

test("axe finds nothing serious in the list, the drawer and a run", async () => {
  const task = await newTask("Looked over");
  const run = await startRun(site.stack, task.id);
  await run.runner.progress(twoCalls);
  await run.complete({ outcome: "FAILED", error: { code: "CREDENTIAL_MISSING" }, result: "# Some\n\n`code`" });
  for (const look of looks) {
    const list = await open(`/runs?task=${task.id}&run=${run.id}`, look);
    await list.getByRole("dialog").getByRole("link", { name: "View Logs" }).waitFor();
    expect(await axeFindings(list), `drawer, ${look.name}`).toEqual([]);
    await list.keyboard.press("Escape");
    await list.getByRole("dialog").waitFor({ state: "hidden" });
    expect(await axeFindings(list), `list, ${look.name}`).toEqual([]);
    await list.goto(`/runs/${run.id}`);
    await list.getByRole("region", { name: "Model calls" }).getByText("2 calls").waitFor();
    expect(await axeFindings(list), `run, ${look.name}`).toEqual([]);
    await list.context().close();
  }
});
