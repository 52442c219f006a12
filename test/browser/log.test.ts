import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { storeCredential } from "../support/life.ts";
import { until } from "../support/until.ts";
import { endedDaysAgo, type LoggedRun, longLog, printSample, startRun } from "./log-support.ts";
import { axeFindings, type Console, looks, startConsole, visit } from "./support.ts";

vi.setConfig({ testTimeout: 90_000 });

let site: Console;
let taskId: string;
let long: LoggedRun;
const lines = 6_000;

beforeAll(async () => {
  site = await startConsole();
  await storeCredential(site.stack);
  taskId = (await site.stack.createTask({ name: "Nightly", overlap: "allow" })).id;
  long = await startRun(site.stack, taskId);
  await long.print(longLog(lines));
  await long.complete();
}, 120_000);
afterAll(() => site?.close());

const open = async (path: string, options: Parameters<Console["visitor"]>[0] = {}) =>
  visit(await site.visitor(options), path);
const log = (page: Page) => page.getByRole("log");
const numbered = (page: Page, n: number) => log(page).getByRole("link", { name: `Line ${n}`, exact: true });
const distanceFromEnd = (page: Page) =>
  log(page).evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight);
/** Where a line is in the view, in pixels from its top; undefined while it is not drawn. */
const topOf = async (page: Page, n: number) => (await numbered(page, n).boundingBox())?.y;

async function scrollBy(page: Page, pixels: number): Promise<void> {
  await log(page).hover();
  await page.mouse.wheel(0, pixels);
}

test("lines appear while the container writes them, and the view goes with them", async () => {
  const run = await startRun(site.stack, taskId);
  await printSample(run);
  const page = await open(`/runs/${run.id}`);
  await log(page).getByText("One test still fails").waitFor();
  await run.print([{ text: "This came while somebody looked." }]);
  await log(page).getByText("This came while somebody looked.").waitFor();
  await run.print(longLog(80, 14));
  await numbered(page, 93).waitFor();
  expect(await distanceFromEnd(page)).toBeLessThan(3);
  await run.complete();
  await page.getByText("Completed").first().waitFor();
  await page.getByRole("button", { name: "Pause" }).waitFor({ state: "detached" });
});

test("scrolling up pauses the following, and says how much came meanwhile", async () => {
  const run = await startRun(site.stack, taskId);
  await run.print(longLog(200));
  const page = await open(`/runs/${run.id}`);
  await numbered(page, 200).waitFor();
  await scrollBy(page, -400);
  await page.getByRole("button", { name: "Follow" }).waitFor();
  const before = await log(page).evaluate((element) => element.scrollTop);
  await run.print(longLog(30, 201));
  await page.getByRole("button", { name: "30 new lines" }).click();
  await numbered(page, 230).waitFor();
  expect(await log(page).evaluate((element) => element.scrollTop)).toBeGreaterThan(before);
  await page.getByRole("button", { name: "Pause" }).click();
  await run.print([{ text: "Behind the pause" }]);
  await page.getByRole("button", { name: "1 new line" }).waitFor();
  await page.getByRole("button", { name: "Follow" }).click();
  await log(page).getByText("Behind the pause").waitFor();
  await run.complete();
});

test("opens at its end on every width, and pages back to its first line without a jump", async () => {
  for (const look of looks.filter(({ colorScheme }) => colorScheme === "light")) {
    const page = await open(`/runs/${long.id}`, look);
    await numbered(page, lines).waitFor();
    await until(async () => (await distanceFromEnd(page)) < 3);
    await page.context().close();
  }
  const page = await open(`/runs/${long.id}`);
  await numbered(page, lines).waitFor();
  const loaded = () => log(page).evaluate((element) => element.scrollHeight);
  await until(async () => (await loaded()) > 10_000);
  await page.getByText("Loading earlier lines").waitFor({ state: "hidden" });
  const gate = Promise.withResolvers<void>();
  await page.route("**/logs?cursor=*", async (route) => {
    await gate.promise;
    await route.continue();
  });
  await scrollBy(page, -100);
  await log(page).evaluate((element) => element.scrollTo(0, 1_500));
  await page.getByText("Loading earlier lines").waitFor();
  const line = await until(() => middleLine(page));
  const [height, before] = [await loaded(), await topOf(page, line)];
  gate.resolve();
  await until(async () => (await loaded()) > height + 5_000);
  await until(async () => Math.abs(((await topOf(page, line)) ?? 0) - (before ?? 0)) < 3);
  await log(page).press("Home");
  await numbered(page, 1).waitFor();
  await scrollBy(page, 30_000);
  await until(async () => ((await middleLine(page)) ?? 0) > 900);
});

/** The number of a line in the middle of the view. */
async function middleLine(page: Page): Promise<number | undefined> {
  const number = await log(page).evaluate((element) => {
    const middle = element.getBoundingClientRect();
    const found = document
      .elementFromPoint(middle.left + middle.width / 2, middle.top + middle.height / 2)
      ?.closest("[data-place]");
    return found?.getAttribute("data-place")?.split(".")[1];
  });
  return number === undefined ? undefined : Number(number);
}

test("finds what is not loaded, and goes from match to match", async () => {
  const page = await open(`/runs/${long.id}`);
  await numbered(page, lines).waitFor();
  await log(page).press("/");
  await page.keyboard.type("step 14");
  await page.getByText("12 lines", { exact: true }).waitFor();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter");
  await page.getByText("2 of 12").waitFor();
  await log(page).locator("mark").first().waitFor();
  expect(await log(page).locator("mark").first().textContent()).toBe("step 14");
  await numbered(page, 144).waitFor();
  await page.keyboard.press("Shift+Enter");
  await page.getByText("1 of 12").waitFor();
  await numbered(page, 14).waitFor();
  await page.keyboard.press("Escape");
  expect(await log(page).locator("mark").count()).toBe(0);
});

test("a link leads to its line, and a click on a number makes one", async () => {
  const page = await open(`/runs/${long.id}#L1.1234`);
  const row = log(page).locator("[data-mark=linked]");
  await row.waitFor();
  expect(await row.getAttribute("data-place")).toBe("1.1234");
  await until(() => log(page).evaluate((element) => element.getBoundingClientRect().top < innerHeight / 2));
  const [view, line] = [await log(page).boundingBox(), await row.boundingBox()];
  expect(line?.y).toBeGreaterThan(view?.y ?? 0);
  expect(line?.y).toBeLessThan((view?.y ?? 0) + (view?.height ?? 0));
  await numbered(page, 1236).click();
  expect(new URL(page.url()).hash).toBe("#L1.1236");
  await log(page).locator("[data-mark=linked][data-place='1.1236']").waitFor();
  await page.reload();
  await log(page).locator("[data-mark=linked][data-place='1.1236']").waitFor();
  const nowhere = await open(`/runs/${long.id}#L1.99999`);
  await nowhere.getByText("There is no line 1.99999 in this log.").waitFor();
});

test("tool calls and outputs unfold by mouse and by keyboard", async () => {
  const run = await startRun(site.stack, taskId);
  await printSample(run);
  await run.complete();
  const page = await open(`/runs/${run.id}`);
  const output = log(page).getByRole("button", { name: "Output 60 lines" });
  await output.click();
  await log(page).getByText("src/module-59.ts").waitFor();
  await output.click();
  await log(page).getByText("src/module-59.ts").waitFor({ state: "detached" });
  await log(page).press("Home");
  for (let n = 0; n < 5; n++) await page.keyboard.press("j");
  await log(page).locator("[data-mark=current][data-kind=tool_result]").waitFor();
  await page.keyboard.press("Enter");
  await log(page).getByText("src/module-59.ts").waitFor();
});

test("downloads the whole log as plain text", async () => {
  const page = await open(`/runs/${long.id}`);
  await numbered(page, lines).waitFor();
  const coming = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download as plain text" }).click();
  const download = await coming;
  expect(download.suggestedFilename()).toBe(`errand-${long.id}.txt`);
  const text = readFileSync(await download.path(), "utf8");
  for (const { text: words } of longLog(lines)) expect(text.includes(words), words).toBe(true);
  expect(text).toMatch(/^\S+Z assistant: This is line 1 of the log/);
  expect(text.match(/output Bash: /g)).toHaveLength(lines / 10);
});

test("shows a gap as a gap, and a log without lines as that", async () => {
  const run = await startRun(site.stack, taskId);
  await run.print([{ text: "before" }, { n: 5, text: "after" }]);
  await run.complete({ lastLine: 9 });
  const page = await open(`/runs/${run.id}`);
  await log(page).getByText("3 lines are missing here").waitFor();
  await log(page).getByText("after").waitFor();
  const silent = await startRun(site.stack, taskId);
  const empty = await open(`/runs/${silent.id}`);
  await empty.getByText("No lines yet").waitFor();
  await silent.print([{ text: "At last." }]);
  await log(empty).getByText("At last.").waitFor();
  await silent.complete();
});

test("says when a log has expired", async () => {
  const run = await startRun(site.stack, taskId);
  await run.print([{ text: "long ago" }]);
  await run.complete();
  await endedDaysAgo(site.stack, run.id, 4000);
  const page = await open(`/runs/${run.id}`);
  await page.getByText("This log has expired").waitFor();
  expect(await page.getByText("long ago").count()).toBe(0);
});

test("keeps the colours of programs, and nothing else that they send to a terminal", async () => {
  const run = await startRun(site.stack, taskId);
  await run.print([
    { text: "plain \u001b[1;31mred error\u001b[0m \u001b[38;2;0;0;1mnight\u001b[0m after" },
    { text: "10%\r50%\r\u001b[Kdone\u001b]8;;https://evil.example\u0007 here\u001b]8;;\u0007\u001b[2J \u202etxt" },
  ]);
  await run.complete();
  const page = await open(`/runs/${run.id}`, { colorScheme: "dark" });
  await log(page).getByText("done here txt", { exact: true }).waitFor();
  const red = log(page).getByText("red error", { exact: true });
  expect(await red.evaluate((element) => getComputedStyle(element).color)).toBe("rgb(255, 138, 132)");
  await page.getByRole("searchbox").fill("error night");
  expect(await log(page).locator("mark").allTextContents()).toEqual(["error", " ", "night"]);
  expect(await log(page).getByRole("link", { name: "here" }).count()).toBe(0);
});

test("axe finds nothing serious in a log", async () => {
  const run = await startRun(site.stack, taskId);
  await printSample(run);
  for (const look of looks) {
    const page = await open(`/runs/${run.id}#L1.5`, look);
    await log(page).locator("[data-mark=linked]").waitFor();
    expect(await axeFindings(page), look.name).toEqual([]);
    await page.context().close();
  }
  await run.complete();
});
