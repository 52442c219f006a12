import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import axe from "axe-core";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { build } from "vite";
import type { Role } from "../../contract/access.ts";
import { signInLink } from "../../core/key/session.ts";
import { servePages } from "../../local/pages.ts";
import { type Stack, type StackOptions, startStack } from "../support/stack.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Builds the console into a folder of its own, so that tests that run at the same time do not share one. */
async function buildConsole(): Promise<string> {
  const outDir = mkdtempSync(join(tmpdir(), "errand-console-"));
  await build({ configFile: join(root, "web/vite.config.ts"), logLevel: "error", build: { outDir } });
  return outDir;
}

interface ConsoleFront {
  url: string;
  /** Stops answering, as a server that is restarted does. */
  down: () => Promise<void>;
  /** Answers again at the same address. */
  up: () => Promise<void>;
}

export interface Console {
  stack: Stack;
  front: ConsoleFront;
  browser: Browser;
  /** A browser profile of its own: its own cookies and storage. Signed in unless `role` is null. */
  visitor: (options?: VisitorOptions) => Promise<BrowserContext>;
  /** The address that signs a browser in. */
  signInLink: (role?: Role) => Promise<string>;
  close: () => Promise<void>;
}

interface VisitorOptions {
  role?: Role | null;
  width?: number;
  height?: number;
  colorScheme?: "light" | "dark";
  timezone?: string;
}

/** The stack, the built console in front of it on one origin, and a Chromium. */
export async function startConsole(options: StackOptions = {}): Promise<Console> {
  const [dist, stack] = await Promise.all([buildConsole(), startStack(options)]);
  const front = await startFront(dist, stack.url);
  const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: flags });
  const link = async (role: Role = "owner") => {
    const made = new URL(await signInLink(stack.ctx, { workspaceId: stack.workspaceId, name: "You", role }));
    return `${front.url}${made.pathname}${made.search}`;
  };
  return {
    stack,
    front,
    browser,
    signInLink: link,
    visitor: async ({ role = "owner", width = 1280, height = 860, colorScheme = "light", timezone = "UTC" } = {}) => {
      const context = await browser.newContext({
        baseURL: front.url,
        viewport: { width, height },
        colorScheme,
        reducedMotion: "reduce",
        locale: "en-GB",
        timezoneId: timezone,
        permissions: ["clipboard-read", "clipboard-write"],
      });
      context.setDefaultTimeout(15_000);
      if (role) await context.request.get(await link(role));
      return context;
    },
    close: async () => {
      await browser.close();
      await front.down();
      await stack.close();
      rmSync(dist, { recursive: true, force: true });
    },
  };
}

async function startFront(dist: string, api: string): Promise<ConsoleFront> {
  const pages = servePages(dist);
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    if (request.url?.startsWith("/api/")) passOn(request, response, api);
    else if (!pages(request, response)) response.writeHead(404).end();
  };
  let server = await listen(answer, 0);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    down: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
    up: async () => {
      server = await listen(answer, port);
    },
  };
}

function listen(answer: (request: IncomingMessage, response: ServerResponse) => void, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer(answer);
    server.once("error", reject).listen(port, "127.0.0.1", () => resolve(server));
  });
}

function passOn(request: IncomingMessage, response: ServerResponse, api: string): void {
  const onward = httpRequest(`${api}${request.url}`, { method: request.method, headers: request.headers }, (reply) => {
    response.writeHead(reply.statusCode ?? 502, reply.headers);
    reply.pipe(response);
  });
  onward.on("error", () => response.destroy());
  request.pipe(onward);
}

export interface Finding {
  rule: string;
  what: string;
  where: string[];
}

/** What axe has to say about the page as it is now, of serious and critical weight. */
export async function axeFindings(page: Page): Promise<Finding[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: typeof axe }).axe.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }),
  );
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, help, nodes }) => ({
      rule: id,
      what: help,
      where: nodes.map((node) => `${node.html.slice(0, 160)} ${node.any[0]?.message ?? ""}`),
    }));
}

/** Opens a path and waits until nothing on it is still loading. */
export async function visit(context: BrowserContext, path: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(path);
  await settled(page);
  return page;
}

/** The page has its heading, and no skeleton is left. */
export async function settled(page: Page): Promise<void> {
  await page.locator("h1").first().waitFor();
  await page.waitForFunction(() => !document.querySelector("main .mantine-Skeleton-root"));
}

export const looks = [
  { name: "light", colorScheme: "light", width: 1280, height: 860 },
  { name: "dark", colorScheme: "dark", width: 1280, height: 860 },
  { name: "phone-light", colorScheme: "light", width: 390, height: 844 },
  { name: "phone-dark", colorScheme: "dark", width: 390, height: 844 },
] as const;

/** Pictures of one place in light and dark, wide and on a phone, as `<folder>/<name>-<look>.png`. */
export async function screenshots(
  console: Console,
  {
    folder,
    name,
    path,
    prepare,
  }: { folder: string; name: string; path: string; prepare?: (page: Page) => Promise<void> },
): Promise<void> {
  for (const { name: look, ...options } of looks) {
    const context = await console.visitor(options);
    const page = await visit(context, path);
    await prepare?.(page);
    const file = join(folder, `${name}-${look}.png`);
    mkdirSync(dirname(file), { recursive: true });
    await page.screenshot({ path: file, animations: "disabled" });
    await context.close();
  }
}
