import type { BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { storeCredential } from "../support/life.ts";
import { axeFindings, type Console, settled, startConsole, visit } from "./support.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let console: Console;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  console = await startConsole();
  await storeCredential(console.stack);
  for (const name of ["Nightly report", "Code review"]) await console.stack.createTask({ name });
});
afterAll(() => console.close());
afterEach(() => context.close());

async function open(path: string, options: Parameters<Console["visitor"]>[0] = {}): Promise<void> {
  context = await console.visitor(options);
  page = await visit(context, path);
}

const main = () => page.getByRole("navigation", { name: "Main" });
const heading = (name: string) => page.getByRole("heading", { level: 1, name, exact: true }).waitFor();
const palette = () => page.getByRole("dialog", { name: "Search and actions" });
const gone = (locator: ReturnType<Page["locator"]>) => locator.waitFor({ state: "detached" });

test("the sidebar names the workspace, and is icons only for who wants it so, also after a reload", async () => {
  await open("/costs");
  await page.getByRole("link", { name: "main, home" }).waitFor();
  expect(await main().getByRole("link", { name: "Costs" }).getAttribute("aria-current")).toBe("page");
  const heights = await main()
    .getByRole("link")
    .evaluateAll((links) => links.map((link) => link.getBoundingClientRect().height));
  expect(new Set(heights)).toEqual(new Set([32]));
  await page.getByRole("button", { name: "Only icons in the sidebar" }).click();
  await page.reload();
  await settled(page);
  const link = main().getByRole("link", { name: "Tasks" });
  expect((await link.boundingBox())?.width).toBeLessThan(50);
  expect(await axeFindings(page)).toEqual([]);
  await link.click();
  await heading("Tasks");
  await page.getByRole("button", { name: "Show the names in the sidebar" }).click();
  expect((await link.boundingBox())?.width).toBeGreaterThan(150);
});

test("on a phone the bar has what is gone to most, More the rest, and nothing is cut", async () => {
  await open("/", { width: 360, height: 700, colorScheme: "dark" });
  expect((await main().getByRole("link").allInnerTexts()).map((text) => text.trim())).toEqual([
    "Home",
    "Tasks",
    "Runs",
  ]);
  for (const path of ["/", "/tasks", "/runs", "/costs", "/connect/credentials", "/connect/keys"]) {
    await page.goto(path);
    await settled(page);
    const beyond = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect([path, beyond]).toEqual([path, 0]);
  }
  await page.getByRole("button", { name: "More" }).click();
  const sheet = page.getByRole("dialog", { name: "More" });
  await sheet.getByRole("link", { name: "Costs" }).waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await sheet.getByRole("link", { name: "Costs" }).click();
  await heading("Costs");
  await gone(sheet);
});

test("the palette finds pages and tasks, and runs a task; what is told covers no button and leads to the run", async () => {
  await open("/");
  await page.keyboard.press("Control+k");
  await palette().getByRole("combobox").fill("parameter");
  expect(await palette().getByRole("option").allInnerTexts()).toEqual([expect.stringContaining("Parameter stores")]);
  expect(await axeFindings(page)).toEqual([]);
  await page.keyboard.press("Enter");
  await heading("Parameter stores");
  await gone(palette());

  await page.getByRole("button", { name: "Search" }).click();
  await palette().getByRole("combobox").fill("run now");
  await palette().getByRole("option", { name: "Run Now …" }).waitFor();
  await page.keyboard.press("Enter");
  await palette().getByRole("combobox", { name: "Task to run now" }).fill("night");
  await palette().getByRole("option", { name: "Code review" }).waitFor({ state: "detached" });
  await page.keyboard.press("Enter");
  await page.getByText("Nightly report is on its way.").waitFor();
  expect(await buttonsUnderNotices(page)).toEqual([]);
  await page.getByRole("alert").getByRole("link", { name: "View run" }).click();
  await heading("Nightly report");
});

test("letters go to pages and through lists, show what the keyboard does, and can be switched off", async () => {
  await open("/");
  await page.keyboard.press("g");
  await page.keyboard.press("t");
  await heading("Tasks");
  await page.keyboard.press("/");
  await page.keyboard.type("gr?c");
  expect(await page.getByPlaceholder("Search tasks").inputValue()).toBe("gr?c");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await page.locator("main").focus();
  const at = (name: string) => page.locator("[data-row] a:focus", { hasText: name }).waitFor();
  await page.locator("[data-row]").nth(1).waitFor();
  for (const [key, name] of [
    ["j", "Code review"],
    ["j", "Nightly report"],
    ["k", "Code review"],
    ["j", "Nightly report"],
  ] as const) {
    await page.keyboard.press(key);
    await at(name);
  }
  await page.keyboard.press("Enter");
  await heading("Nightly report");
  await page.keyboard.press("?");
  const keys = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await keys.getByText("Create Task").waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await keys.getByRole("switch", { name: "Letters alone are shortcuts" }).press("Space");
  await page.keyboard.press("Escape");
  await gone(keys);
  await page.locator("main").focus();
  await page.keyboard.press("g");
  await page.keyboard.press("r");
  await page.keyboard.press("Control+k");
  await palette().waitFor();
  expect(new URL(page.url()).pathname).toMatch(/^\/tasks\/task_/);
});

test("who may not do a thing finds it in the palette with the reason", async () => {
  await open("/runs", { role: "viewer" });
  await page.keyboard.press("Control+k");
  const create = palette().getByRole("option", { name: /Create Task/ });
  await create.getByText("Only members of this workspace may do this.").waitFor();
  await create.click({ force: true });
  expect(await palette().isVisible()).toBe(true);
});

/** The names of buttons whose middle lies under a notice. */
function buttonsUnderNotices(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const notices = [...document.querySelectorAll("[role=alert]")].map((notice) => notice.getBoundingClientRect());
    const isUnder = ({ left, right, top, bottom }: DOMRect) =>
      notices.some((box) => left < box.right && right > box.left && top < box.bottom && bottom > box.top);
    return [...document.querySelectorAll("button")]
      .filter((button) => !button.closest("[role=alert]") && isUnder(button.getBoundingClientRect()))
      .map((button) => button.textContent ?? "");
  });
}
