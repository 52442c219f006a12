import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { Client } from "../../contract/client.ts";
import { isTerminal } from "../../contract/run.ts";
import { demoKeys } from "../../local/demo/key.ts";
import { deafServer, patience, type Started, startMain, temporaryFolder } from "../../local/main.fixture.ts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

let browser: Browser;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let server: Started;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  const args = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"];
  browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args });
});
afterAll(() => browser?.close());

/** Each test begins as a person does who has just started Errand: nothing is kept yet, and its link is followed. */
beforeEach(async () => {
  folder = await temporaryFolder();
  server = await start(0);
  context = await browser.newContext({ locale: "en-GB", timezoneId: "UTC", reducedMotion: "reduce" });
  context.setDefaultTimeout(60_000);
  page = await context.newPage();
  await page.goto(/Sign in +(\S+)/.exec(server.output())?.[1] ?? "");
  await page.getByRole("heading", { level: 1, name: "Home" }).waitFor();
});
afterEach(async () => {
  await context?.close();
  if (server.child.exitCode === null && server.child.signalCode === null) await server.stop("SIGTERM");
  await folder.remove();
});

async function start(port: number): Promise<Started> {
  const started = startMain(folder.path, ["--no-demo", "--port", String(port)]);
  await started.printed("Stop");
  return started;
}

const button = (name: string) => page.getByRole("button", { name, exact: true });
const dialog = (name: string) => page.getByRole("dialog", { name });
const heading = (name: string) => page.getByRole("heading", { level: 1, name, exact: true });
const region = (name: string) => page.getByRole("region", { name, exact: true });
const row = (text: string) => page.getByRole("row").filter({ hasText: text });
const told = (text: string) => page.getByText(text).waitFor();

async function goTo(name: "Tasks" | "Runs"): Promise<void> {
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name }).click();
  await heading(name).waitFor();
}

/** From the table of tasks: starts the task, and goes to the page of its run. */
async function runFromTable(task: string): Promise<void> {
  await button(`Run Now: ${task}`).click();
  await told(`${task} is on its way.`);
  await page.getByRole("link", { name: new RegExp(`: view the runs of ${task}$`) }).click();
  await page.getByRole("tabpanel", { name: "Runs" }).getByRole("link", { name: "View Logs" }).click();
  await page.waitForURL(/\/runs\/run_/);
}

async function clientWithCredential(): Promise<Client> {
  const client = await server.client();
  const body = { kind: "anthropicapikey", value: demoKeys.claude } as const;
  await client.putCredential({ params: { agentType: "claude-runner" }, body });
  return client;
}

test("from the printed link to the result of a first run, which is still there when the server starts again", async () => {
  await goTo("Tasks");
  await page.getByRole("heading", { name: "Put an agent on a schedule" }).waitFor();
  await page.getByRole("textbox", { name: "Anthropic API Key" }).fill(demoKeys.claude);
  await button("Save").click();
  await region("Credential of Claude Runner").getByText("Accepted").waitFor();

  await page.getByRole("link", { name: /Documentation generator/ }).click();
  const form = page.getByRole("form", { name: "Create" });
  const prompt = await form.getByRole("textbox", { name: "Prompt" }).inputValue();
  expect(prompt).toContain("Bring the documentation of this repository in line with its code.");
  expect(await form.getByRole("textbox", { name: "Name" }).inputValue()).toBe("Documentation generator");
  await form.getByRole("button", { name: "Create", exact: true }).click();
  await told("The task is created.");

  await runFromTable("Documentation generator");
  await page.getByRole("log").getByText("I am the scripted model that ships with Errand").waitFor();
  await region("Timeline").getByText("Completed").waitFor();
  await region("Result").getByText("this prompt is not in my script").waitFor();
  expect(await region("Details").textContent()).toMatch(/Cost(US)?\$0\.\d*[1-9]/);

  const { url } = await server.server();
  expect(await server.stop("SIGTERM")).toBe(0);
  await told("Errand does not answer.");
  expect(await region("Result").isVisible()).toBe(true);
  server = await start(Number(new URL(url).port));
  await page.getByText("Errand does not answer.").waitFor({ state: "detached" });
  await goTo("Runs");
  await row("Documentation generator").getByText("Completed").waitFor();
  await page.reload();
  await row("Documentation generator").getByRole("link", { name: "Documentation generator" }).click();
  await page.getByRole("dialog").getByRole("link", { name: "View Logs" }).click();
  await page.getByRole("log").getByText("I am the scripted model that ships with Errand").waitFor();
});

test("a run whose repository never answers is cancelled from its page", async () => {
  const deaf = await deafServer();
  try {
    const client = await clientWithCredential();
    const sourceUrl = `https://127.0.0.1:${deaf.port}/hangs.git`;
    await client.createTask({ body: { name: "Hangs", prompt: "Wait.", sourceUrl } });
    await goTo("Tasks");
    await runFromTable("Hangs");
    await region("Timeline").getByText("Running").waitFor();
    await button("Cancel").click();
    await dialog("Cancel this run?").getByRole("button", { name: "Cancel run" }).click();
    await region("Timeline").getByText("Cancelled").waitFor();
    await button("Retry").waitFor();
    const { items } = await client.listRuns();
    expect(items.map(({ status, error }) => [status, error])).toEqual([["CANCELLED", null]]);
  } finally {
    await deaf.close();
  }
});

test("five failures in a row disable a task; the table says why, and enabling it starts the count anew", async () => {
  const client = await clientWithCredential();
  const schedule = { type: "cron", expression: "0 0 1 1 *" } as const;
  const sourceUrl = "https://git.localhost/not-there.git";
  const { id: taskId } = await client.createTask({
    body: { name: "Unlucky", prompt: "Never read.", schedule, sourceUrl },
  });
  for (let round = 0; round < 5; round += 1) {
    const { id: runId } = await client.runTask({ params: { taskId } });
    const look = () => client.getRun({ params: { runId } });
    await vi.waitUntil(async () => isTerminal((await look()).status), patience);
    expect(await look()).toMatchObject({ status: "FAILED", error: { code: "CLONE_FAILED" } });
  }
  await goTo("Tasks");
  await row("Unlucky").getByText("Auto-disabled").hover();
  await page.getByRole("tooltip").getByText("Disabled after 5 failed runs in a row.").waitFor();
  await button("More for Unlucky").click();
  await page.getByRole("menuitem", { name: "Edit" }).click();
  await page.getByRole("form").getByText("Disabled after 5 failed runs in a row.").waitFor();
  await page.getByRole("switch", { name: /^Enabled/ }).press("Space");
  await button("Save").click();
  await told("The task is saved.");
  await row("Unlucky").getByText("Auto-disabled").waitFor({ state: "detached" });
  const task = await client.getTask({ params: { taskId } });
  expect(task).toMatchObject({ enabled: true, disabledReason: null, consecutiveFailures: 0 });
  expect(task.nextRunAt).not.toBeNull();
});
