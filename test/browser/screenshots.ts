import { rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { storeCredential } from "../support/life.ts";
import { sampleHistory } from "./sample-history.ts";
import { screenshots, settled, startConsole } from "./support.ts";

const folder = fileURLToPath(new URL("../../docs/screenshots", import.meta.url));

interface Picture {
  name: string;
  path: string;
  prepare?: (page: Page) => Promise<void>;
}

/** Makes every picture of docs/screenshots anew: each place in light and dark, on a desk and on a phone. */
async function main(): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  const app = await startConsole();
  const take = async (pictures: Picture[]) => {
    for (const picture of pictures) {
      await screenshots(app, { folder, ...picture });
      console.log(join("docs/screenshots", picture.name));
    }
  };
  try {
    await take([
      { name: "home-empty", path: "/" },
      { name: "tasks-first-visit", path: "/tasks" },
    ]);
    await storeCredential(app.stack);
    await take([{ name: "tasks-templates", path: "/tasks" }]);
    const { running, done, failed } = await sampleHistory(app.stack);
    const dialog = (name: string | RegExp) => async (page: Page) => {
      await page.getByRole("button", { name }).first().click();
      await page.getByRole("dialog").waitFor();
    };
    await take([
      { name: "home", path: "/" },
      { name: "tasks", path: "/tasks" },
      { name: "task-create", path: "/tasks/new?template=code-review" },
      { name: "runs", path: "/runs" },
      { name: "run", path: `/runs/${done}` },
      {
        name: "log",
        path: `/runs/${done}`,
        prepare: (page) => page.getByRole("heading", { name: "Log" }).evaluate((heading) => heading.scrollIntoView()),
      },
      { name: "run-running", path: `/runs/${running}` },
      { name: "run-failed", path: `/runs/${failed}` },
      { name: "costs", path: "/costs", prepare: settled },
      { name: "credentials", path: "/connect/credentials" },
      { name: "keys", path: "/connect/keys" },
      { name: "key-create", path: "/connect/keys", prepare: dialog(/Create/) },
      { name: "parameter-stores", path: "/connect/parameter-stores" },
      { name: "parameter-store-create", path: "/connect/parameter-stores", prepare: dialog(/Create/) },
    ]);
  } finally {
    await app.close();
  }
}

await main();
