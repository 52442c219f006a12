import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createClient } from "../../contract/client.ts";
import { playRunner } from "../support/runner.ts";
import { until } from "../support/until.ts";
import { axeFindings, type Console, startConsole, visit } from "./support.ts";

const refusedKey = "sk-ant-api03-refused-0123456789";
const goodKey = "sk-ant-api03-accepted-987654321";
/** Keys that the provider takes back while the tests go on. */
const takenBack = new Set([refusedKey]);

let provider: Server;
let app: Console;
beforeAll(async () => {
  provider = createServer((request, response) => {
    response.writeHead(takenBack.has(String(request.headers["x-api-key"])) ? 401 : 200).end("{}");
  });
  await new Promise<void>((resolve) => provider.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
  app = await startConsole({ standIns: [{ host: "api.anthropic.com", url }] });
});
afterAll(async () => {
  await app.close();
  provider.closeAllConnections();
  provider.close();
});

const dialog = (page: Page) => page.getByRole("dialog");
const clipboard = (page: Page) => page.evaluate(() => navigator.clipboard.readText());

describe("API keys", () => {
  test("a key is shown once, works, and is refused when it is revoked", async () => {
    const context = await app.visitor();
    const page = await visit(context, "/connect/keys");
    await page.getByRole("button", { name: "Create API key" }).click();
    await dialog(page).getByRole("button", { name: "Create", exact: true }).click();
    await dialog(page).getByText("Give it a name").waitFor();
    await dialog(page).getByLabel("Name").fill("continuous integration");
    await dialog(page).getByLabel("Expires").click();
    await page.getByRole("option", { name: "In 30 days" }).click();
    await dialog(page).getByRole("button", { name: "Create", exact: true }).click();

    const shown = dialog(page).getByLabel("API key", { exact: true });
    const secret = await shown.inputValue();
    expect(secret).toMatch(/^ek_/);
    await page.keyboard.press("Escape");
    await shown.waitFor();
    await dialog(page).getByRole("button", { name: "Copy API key" }).click();
    expect(await clipboard(page)).toBe(secret);
    await dialog(page).getByRole("button", { name: "I have copied it" }).click();
    await dialog(page).waitFor({ state: "hidden" });
    const row = page.getByRole("row", { name: /continuous integration/ });
    expect(await row.allInnerTexts()).toEqual([expect.stringContaining(`…${secret.slice(-4)}`)]);
    expect(await page.content()).not.toContain(secret);

    const machine = createClient({ baseUrl: app.stack.url, headers: () => ({ authorization: `Bearer ${secret}` }) });
    expect((await machine.getSession()).role).toBe("member");
    await page.getByRole("button", { name: "Revoke continuous integration" }).click();
    await dialog(page).getByRole("button", { name: "Cancel" }).click();
    expect((await machine.getSession()).via).toBe("key");
    await page.getByRole("button", { name: "Revoke continuous integration" }).click();
    await dialog(page).getByRole("button", { name: "Revoke" }).click();
    await row.waitFor({ state: "detached" });
    await expect(machine.getSession()).rejects.toMatchObject({ code: "unauthenticated" });
    await context.close();
  });

  test("who is no admin is told so and offered nothing", async () => {
    const context = await app.visitor({ role: "member" });
    const page = await visit(context, "/connect/keys");
    await page.getByText("API keys are for admins").waitFor();
    expect(await page.getByRole("button", { name: "Create API key" }).count()).toBe(0);
    await context.close();
  });
});

describe("parameter stores", () => {
  const token = "value-that-nobody-may-see-4711";
  const pem = "-----BEGIN KEY-----\nvalue-of-several-lines-4712\n-----END KEY-----";
  const later = "value-set-afterwards-4713";
  let configApiKey: string;
  let taskId: string;
  const answers: string[] = [];

  /** Keeps all that the API sends to this browser. */
  async function overheard(): Promise<BrowserContext> {
    const context = await app.visitor();
    context.on("response", async (response) => {
      if (response.url().includes("/api/")) answers.push(await response.text().catch(() => ""));
    });
    return context;
  }

  /** What the agent of a run of the task gets. */
  async function environmentOfRun(): Promise<Record<string, string>> {
    const { id } = await app.stack.client.runTask({ params: { taskId } });
    const runner = await playRunner(app.stack, id);
    await runner.complete();
    return runner.order.secrets.environment;
  }

  beforeAll(async () => {
    const body = { kind: "anthropicapikey", value: goodKey } as const;
    await app.stack.client.putCredential({ params: { agentType: "claude" }, body });
  });

  test("one is made from a .env text, its key is shown once, and a task's agent gets the values", async () => {
    const context = await overheard();
    const page = await visit(context, "/connect/parameter-stores");
    await page.getByRole("button", { name: "Create parameter store" }).click();
    await dialog(page).getByRole("button", { name: "Paste .env" }).click();
    await dialog(page).getByLabel("Text of a .env file").fill(`PATH=/evil\nAPI_TOKEN=${token}\nPRIVATE_KEY="${pem}"\n`);
    await dialog(page).getByRole("button", { name: "Add 3 variables" }).click();
    await dialog(page).getByRole("button", { name: "Create", exact: true }).click();
    await dialog(page).getByText("Is a reserved name").waitFor();
    await dialog(page)
      .getByText(/^Must be 1 to 80 letters/)
      .waitFor();
    await dialog(page).getByRole("button", { name: "Remove PATH" }).click();
    await dialog(page).getByLabel("Name", { exact: true }).fill("production");
    await page.keyboard.press("Escape");
    expect(await dialog(page).getByLabel("Name", { exact: true }).inputValue()).toBe("production");
    await dialog(page).getByRole("button", { name: "Create", exact: true }).click();

    const shown = dialog(page).getByLabel("CONFIG_API_KEY", { exact: true });
    configApiKey = await shown.inputValue();
    expect(configApiKey).toMatch(/^cfg_/);
    await dialog(page).getByRole("button", { name: "Copy CONFIG_API_KEY" }).click();
    expect(await clipboard(page)).toBe(configApiKey);
    await dialog(page).getByRole("button", { name: "I have copied it" }).click();
    await page.getByText("PRIVATE_KEY", { exact: true }).waitFor();
    expect(await page.content()).not.toContain(configApiKey);

    const task = await app.stack.createTask({
      name: "uses the store",
      parameterStore: "production",
      parameterStoreKey: configApiKey,
    });
    taskId = task.id;
    expect(await environmentOfRun()).toEqual({ API_TOKEN: token, PRIVATE_KEY: pem });
    await context.close();
  });

  test("values of an encrypted one are set with its key only; variables can be removed without", async () => {
    const context = await overheard();
    const page = await visit(context, "/connect/parameter-stores");
    await page.getByRole("button", { name: "Edit production" }).click();
    await dialog(page).getByRole("button", { name: "Remove PRIVATE_KEY" }).click();
    await dialog(page).getByRole("button", { name: "Save" }).click();
    await dialog(page).waitFor({ state: "hidden" });
    expect(await environmentOfRun()).toEqual({ API_TOKEN: token });

    await page.getByRole("button", { name: "Edit production" }).click();
    await dialog(page).getByLabel("Value of API_TOKEN", { exact: true }).fill(later);
    const key = dialog(page).getByLabel("CONFIG_API_KEY", { exact: true });
    await key.fill(`cfg_${"x".repeat(43)}`);
    await dialog(page).getByRole("button", { name: "Save" }).click();
    await dialog(page).getByText("Is not the key of this store").waitFor();
    await key.fill(configApiKey);
    await dialog(page).getByRole("button", { name: "Save" }).click();
    await dialog(page).waitFor({ state: "hidden" });
    expect(await environmentOfRun()).toEqual({ API_TOKEN: later });
    await context.close();
  });

  test("no page and no answer of the API ever has a value in it", async () => {
    const context = await overheard();
    const page = await context.newPage();
    for (const path of ["/connect/parameter-stores", "/", "/tasks", `/tasks?edit=${taskId}`, "/runs", "/costs"]) {
      await page.goto(path);
      await page.waitForLoadState("networkidle");
      for (const value of [token, pem, later, "4712"]) expect(await page.content()).not.toContain(value);
    }
    await page.goto("/connect/parameter-stores");
    await page.getByText("API_TOKEN", { exact: true }).waitFor();
    const all = answers.join("\n");
    expect(all).toContain("API_TOKEN");
    for (const value of [token, "4712", later]) expect(all).not.toContain(value);
    await context.close();
  });

  test("an unencrypted one has no key, and deleting asks with the names of the tasks that use it", async () => {
    const context = await app.visitor();
    const page = await visit(context, "/connect/parameter-stores");
    await page.getByRole("button", { name: "Create parameter store" }).click();
    await dialog(page).getByLabel("Name", { exact: true }).fill("open");
    await dialog(page).getByLabel("Encrypted").uncheck();
    await dialog(page).getByLabel("Name of variable 1").fill("MODE");
    await dialog(page).getByLabel("Value of MODE", { exact: true }).fill("test");
    await dialog(page).getByRole("button", { name: "Create", exact: true }).click();
    await dialog(page).waitFor({ state: "hidden" });
    await page.getByRole("button", { name: "Delete open" }).click();
    await dialog(page).getByText("No task uses it").waitFor();
    await dialog(page).getByRole("button", { name: "Delete" }).click();
    await page.getByRole("button", { name: "Delete open" }).waitFor({ state: "detached" });

    await page.getByRole("button", { name: "Delete production" }).click();
    await dialog(page).getByRole("listitem").getByText("uses the store").waitFor();
    await dialog(page).getByRole("button", { name: "Cancel" }).click();
    expect((await app.stack.client.listParameterStores()).items.map(({ name }) => name)).toEqual(["production"]);
    await context.close();
  });

  test("a viewer sees the names and is offered no change", async () => {
    const context = await app.visitor({ role: "viewer" });
    const page = await visit(context, "/connect/parameter-stores");
    await page.getByText("API_TOKEN", { exact: true }).waitFor();
    expect(await page.locator("main").getByRole("button").count()).toBe(0);
    await context.close();
  });
});

describe("credentials", () => {
  const card = (page: Page) => page.getByRole("region", { name: "Credential of Claude Runner" });
  const stored = async () => (await app.stack.client.listCredentials()).items[0];

  test("one that the provider refuses is told, and stored only on insistence", async () => {
    const context = await app.visitor();
    const page = await visit(context, "/connect/credentials");
    await card(page).getByText("Accepted").waitFor();
    await card(page).getByRole("button", { name: "Reconfigure" }).click();
    await card(page)
      .getByLabel(/^Anthropic API Key/)
      .fill(refusedKey);
    await card(page).getByRole("button", { name: "Save", exact: true }).click();
    await card(page).getByRole("alert").getByText("The provider refuses this credential").waitFor();
    expect(await stored()).toMatchObject({ lastFour: goodKey.slice(-4), check: "accepted" });
    await card(page).getByRole("button", { name: "Save anyway" }).click();
    await card(page).getByText("Refused", { exact: true }).waitFor();
    expect(await stored()).toMatchObject({ lastFour: refusedKey.slice(-4), check: "refused" });
    expect(await page.content()).not.toContain(refusedKey);

    takenBack.delete(refusedKey);
    await card(page)
      .getByRole("button", { name: /Check again/ })
      .click();
    await card(page).getByText("Accepted").waitFor();
    await context.close();
  });

  test("removing asks with the names of the tasks that stop working", async () => {
    const context = await app.visitor();
    const page = await visit(context, "/connect/credentials");
    await card(page).getByRole("button", { name: "Remove" }).click();
    await dialog(page).getByRole("listitem").getByText("uses the store").waitFor();
    await dialog(page).getByRole("button", { name: "Remove" }).click();
    await card(page).getByText("No credential is set").waitFor();
    await until(async () => (await stored()) === undefined);
    await context.close();
  });

  test("who is no admin sees them and is offered no change", async () => {
    const context = await app.visitor({ role: "member" });
    const page = await visit(context, "/connect/credentials");
    await page.getByText("Only admins of this workspace can change credentials.").waitFor();
    expect(await page.locator("main").getByRole("button").count()).toBe(0);
    await context.close();
  });
});

describe.each(["light", "dark"] as const)("axe finds nothing serious, %s:", (colorScheme) => {
  const places: [string, string, ((page: Page) => Promise<unknown>)?][] = [
    ["credentials", "/connect/credentials"],
    [
      "a credential being set",
      "/connect/credentials",
      (page) => page.getByRole("button", { name: "Set up" }).first().click(),
    ],
    ["keys", "/connect/keys"],
    ["a new key", "/connect/keys", (page) => page.getByRole("button", { name: "Create API key" }).click()],
    ["parameter stores", "/connect/parameter-stores"],
    [
      "a new store",
      "/connect/parameter-stores",
      async (page) => {
        await page.getByRole("button", { name: "Create parameter store" }).click();
        await dialog(page).getByRole("button", { name: "Create", exact: true }).click();
      },
    ],
    [
      "a store being changed",
      "/connect/parameter-stores",
      async (page) => {
        await page.getByRole("button", { name: "Edit production" }).click();
        await dialog(page).getByRole("button", { name: "Remove API_TOKEN" }).click();
      },
    ],
    [
      "a store about to be deleted",
      "/connect/parameter-stores",
      async (page) => {
        await page.getByRole("button", { name: "Delete production" }).click();
        await dialog(page).getByText("uses the store").waitFor();
      },
    ],
  ];

  test.each(places)("%s", async (_name, path, prepare) => {
    const context = await app.visitor({ colorScheme });
    const page = await visit(context, path);
    await prepare?.(page);
    expect(await axeFindings(page)).toEqual([]);
    await context.close();
  });
});
