import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { until } from "../support/until.ts";
import { axeFindings, type Console, startConsole, visit } from "./support.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const good = "sk-ant-api03-good0123456789abcd";
const bad = "sk-ant-api03-bad00123456789wxyz";

let provider: Server;
let console: Console;
let page: Page;

beforeAll(async () => {
  provider = createServer((request, response) => {
    response.writeHead(request.headers["x-api-key"] === good ? 200 : 401).end("{}");
  });
  await new Promise<void>((resolve) => provider.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
  console = await startConsole({ standIns: [{ host: "api.anthropic.com", url }] });
});
afterAll(async () => {
  await console.close();
  provider.close();
});
beforeEach(async () => {
  page = await visit(await console.visitor(), "/tasks");
});
afterEach(() => page.context().close());

const credentials = async () => (await console.stack.client.listCredentials()).items;
const card = () => page.getByRole("region", { name: "Credential of Claude Runner" });

test("the first visit asks for a credential, and shows the templates once it is saved", async () => {
  await page.getByRole("heading", { name: "Put an agent on a schedule" }).waitFor();
  await page.getByRole("link", { name: /Code review assistant/ }).waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await page.getByLabel("Anthropic API Key").last().fill(good);
  await page.getByRole("button", { name: "Save" }).click();
  await card().getByText("Accepted").waitFor();
  expect(await card().textContent()).toContain("…abcd");
  await page.getByRole("link", { name: /Code review assistant/ }).waitFor();
  expect(await page.content()).not.toContain(good);
});

test("what the provider refuses is told, and stored only on insistence", async () => {
  await card().getByRole("button", { name: "Reconfigure" }).click();
  await card().getByLabel("Anthropic API Key").last().fill(bad);
  await card().getByRole("button", { name: "Save" }).click();
  await card().getByText("The provider refuses this credential").waitFor();
  expect(await axeFindings(page)).toEqual([]);
  expect(await credentials()).toMatchObject([{ lastFour: "abcd", check: "accepted" }]);
  await card().getByRole("button", { name: "Save anyway" }).click();
  await card().getByText("Refused").waitFor();
  expect(await credentials()).toMatchObject([{ lastFour: "wxyz", check: "refused" }]);

  await card().getByRole("button", { name: "Reconfigure" }).click();
  await card().getByLabel("Anthropic API Key").last().fill(good);
  await card().getByRole("button", { name: "Save" }).click();
  await card().getByText("Accepted").waitFor();
});

test("a value that cannot be one is refused on its field", async () => {
  await card().getByRole("button", { name: "Reconfigure" }).click();
  await card().getByLabel("Anthropic API Key").last().fill("short");
  await card().getByRole("button", { name: "Save" }).click();
  await card().getByText("Is too short").waitFor();
});

test("Remove names the tasks that stop working, and removes only when it is confirmed", async () => {
  await console.stack.createTask({ name: "Nightly review" });
  await page.reload();
  await card().getByRole("button", { name: "Remove" }).click();
  const question = page.getByRole("dialog", { name: "Remove the credential of Claude Runner?" });
  await question.getByText("Nightly review").waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await question.getByRole("button", { name: "Cancel" }).click();
  await question.waitFor({ state: "detached" });
  expect(await credentials()).toHaveLength(1);
  await card().getByRole("button", { name: "Remove" }).click();
  await question.getByRole("button", { name: "Remove" }).click();
  await card().getByText("No credential is set").waitFor();
  await until(async () => (await credentials()).length === 0);
});
