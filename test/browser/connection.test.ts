import type { BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { until } from "../support/until.ts";
import { axeFindings, type Console, startConsole, visit } from "./support.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let console: Console;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  console = await startConsole();
  await console.stack.client.putCredential({
    params: { agentType: "claude-runner" },
    body: { kind: "anthropicapikey", value: "sk-ant-api03-0123456789wxyz" },
  });
  await console.stack.createTask({ name: "Review" });
});
afterAll(() => console.close());
beforeEach(async () => {
  context = await console.visitor();
  page = await visit(context, "/tasks");
});
afterEach(() => context.close());

const cookieless = () => context.clearCookies();
const refresh = () => page.getByRole("button", { name: "Refresh" }).click();

test("who is not signed in is told how to, and comes to the page once the link was followed", async () => {
  const stranger = await console.visitor({ role: null });
  const door = await stranger.newPage();
  await door.goto("/tasks");
  await door.getByRole("heading", { name: "Sign in with a link" }).waitFor();
  expect(await axeFindings(door)).toEqual([]);
  await stranger.request.get(await console.signInLink());
  await door.getByRole("heading", { name: "Tasks", exact: true }).waitFor();
  await stranger.close();
});

test("offline is told, keeps what was read, and goes on by itself", async () => {
  await context.setOffline(true);
  await page.getByText("You are offline.").waitFor();
  expect(await page.getByRole("link", { name: "Review" }).isVisible()).toBe(true);
  expect(await axeFindings(page)).toEqual([]);
  await console.stack.createTask({ name: "Made meanwhile" });
  await context.setOffline(false);
  await page.getByText("You are offline.").waitFor({ state: "detached" });
  await page.getByRole("link", { name: "Made meanwhile" }).waitFor();
});

test("a server that restarts is told, and the page goes on by itself", async () => {
  await console.front.down();
  await refresh();
  await page.getByText("Errand does not answer.").waitFor();
  expect(await page.getByRole("link", { name: "Review" }).isVisible()).toBe(true);
  await console.front.up();
  await page.getByText("Errand does not answer.").waitFor({ state: "detached" });
});

test("a session that ends leaves the page as it is, and the next one goes on with it", async () => {
  await page.getByRole("button", { name: "Create Task" }).click();
  await page.getByLabel("Prompt").fill("Half a prompt");
  await cookieless();
  await page.getByLabel("Cron expression").fill("5 5 * * *");
  await page.getByText("Your session has ended.").waitFor();
  expect(await page.getByLabel("Prompt").inputValue()).toBe("Half a prompt");
  await context.request.get(await console.signInLink());
  await page.getByText("Your session has ended.").waitFor({ state: "detached" });
  await page.getByLabel("Name").fill("Saved after all");
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await page.getByText("The task is created.").waitFor();
});

test("a new session in another tab does not refuse the next change of this one", async () => {
  await context.request.get(await console.signInLink());
  await page.getByRole("button", { name: "Run Now: Review" }).click();
  await page.getByText("Review is on its way.").waitFor();
});

test("signing out forgets everything", async () => {
  await page.getByRole("button", { name: "Account" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: "Sign in with a link" }).waitFor();
  await until(async () => (await context.cookies()).length === 0);
});

test("an address without a page says so", async () => {
  await page.goto("/no/such/page");
  await page.getByRole("heading", { name: "There is no such page" }).waitFor();
  expect(await axeFindings(page)).toEqual([]);
});
