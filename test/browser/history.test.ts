import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { playRunner } from "../support/runner.ts";
import { until } from "../support/until.ts";
import { axeFindings, type Console, startConsole, visit } from "./support.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let console: Console;
let client: Console["stack"]["client"];
let page: Page;

beforeAll(async () => {
  console = await startConsole();
  client = console.stack.client;
  await client.putCredential({
    params: { agentType: "claude-runner" },
    body: { kind: "anthropicapikey", value: "sk-ant-api03-0123456789wxyz" },
  });
});
afterAll(() => console.close());
beforeEach(async () => {
  page = await visit(await console.visitor(), "/tasks");
});
afterEach(() => page.context().close());

const row = (text: string) => page.getByRole("row").filter({ hasText: text });
const history = () => page.getByRole("tabpanel", { name: "Runs" });

async function startedRun(taskId: string): Promise<string> {
  const { id } = await client.runTask({ params: { taskId } });
  await until(async () => (await client.getRun({ params: { runId: id } })).status === "CLAIMED");
  return id;
}

async function failedRun(taskId: string): Promise<string> {
  const id = await startedRun(taskId);
  const runner = await playRunner(console.stack, id);
  await runner.complete({ outcome: "FAILED", error: { code: "AGENT_ERROR", message: "The tests are red." } });
  return id;
}

test("Run Now starts a run; its status is followed without a reload and the chip leads to the others", async () => {
  const { name } = await console.stack.createTask({ name: "Followed" });
  await page.getByRole("button", { name: "Refresh" }).click();
  await page.getByRole("button", { name: `Run Now: ${name}` }).click();
  await page.getByText("Followed is on its way.").waitFor();
  await row(name).getByText("Starting").waitFor();
  const runId = (await client.listRuns({ query: { limit: 1 } })).items[0]?.id ?? "";
  const runner = await playRunner(console.stack, runId);
  await row(name).getByText("Running").waitFor();
  await runner.complete({ outcome: "DONE", result: "Done." });
  await row(name).getByText("Completed").click();
  await history().getByText("Run Now").waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await history().getByRole("link", { name: "View Logs" }).click();
  await page.waitForURL(`**/runs/${runId}`);
});

test("Cancel asks first; what was cancelled can be retried", async () => {
  const { id } = await console.stack.createTask({ name: "Stopped" });
  const runId = await startedRun(id);
  await page.goto(`/tasks?runs=${id}`);
  await history().getByRole("button", { name: "Cancel" }).click();
  const question = page.getByRole("dialog", { name: "Cancel this run of Stopped?" });
  await question.getByRole("button", { name: "Let it run" }).click();
  await question.waitFor({ state: "detached" });
  expect((await client.getRun({ params: { runId } })).status).toBe("CLAIMED");
  await history().getByRole("button", { name: "Cancel" }).click();
  await question.getByRole("button", { name: "Cancel the run" }).click();
  await history().getByText("Cancelled").waitFor();
  await history().getByRole("button", { name: "Retry" }).click();
  await history().getByText("Starting").waitFor();
  const { items } = await client.listTaskRuns({ params: { taskId: id } });
  expect(items.map(({ status, parentRunId }) => [status, parentRunId])).toEqual([
    ["CLAIMED", runId],
    ["CANCELLED", null],
  ]);
});

test("after five failures the table says why the task rests, and enabling it in the form starts anew", async () => {
  const { id, name } = await console.stack.createTask({
    name: "Unlucky",
    schedule: { type: "cron", expression: "0 0 1 1 *" },
  });
  for (let round = 0; round < 5; round += 1) await failedRun(id);
  await page.getByRole("button", { name: "Refresh" }).click();
  await row(name).getByText("Auto-disabled").waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await page.getByRole("button", { name: `More for ${name}` }).click();
  await page.getByRole("menuitem", { name: "Edit" }).click();
  await page.getByRole("form").getByText("Auto-disabled").waitFor();
  await page.getByRole("switch", { name: /^Enabled/ }).press("Space");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("The task is saved.").waitFor();
  await row(name).getByText("Auto-disabled").waitFor({ state: "detached" });
  const task = await client.getTask({ params: { taskId: id } });
  expect(task).toMatchObject({ enabled: true, disabledReason: null, consecutiveFailures: 0 });
});

test("a task is made, run and deleted by keyboard alone", async () => {
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  await page.getByRole("button", { name: "Create Task" }).focus();
  await press("Enter");
  await page.getByRole("heading", { name: "Create Task" }).waitFor();
  await until(() => page.evaluate(() => document.activeElement?.getAttribute("data-path") === "name"));
  await page.keyboard.type("Keys only");
  await press("Tab");
  await page.keyboard.type("Say hello.");
  await press("Control+Enter");
  await row("Keys only").waitFor();

  await page.getByRole("button", { name: "Run Now: Keys only" }).focus();
  await press("Enter");
  await page.getByText("Keys only is on its way.").waitFor();
  await page.getByRole("button", { name: "More for Keys only" }).focus();
  await press("Enter");
  await page.getByRole("menuitem", { name: "Delete" }).waitFor();
  await until(() => page.evaluate(() => document.activeElement?.getAttribute("role") === "menuitem"));
  await press("End", "Enter");
  await page.getByRole("dialog", { name: "Delete Keys only?" }).waitFor();
  await until(() => page.evaluate(() => document.activeElement?.textContent === "Cancel"));
  await press("Tab", "Enter");
  await row("Keys only").waitFor({ state: "detached" });
});
