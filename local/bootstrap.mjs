// What runs before anything is installed: plain JavaScript for Node 20 and later, without a package.
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";

/**
 * Installs what package-lock.json asks for where it is missing, then runs `script`, if there is one, on Node 24 with `args`, and
 * takes over its exit code. Signals are passed on.
 * @param {{root: string, dev: boolean, packages?: string[], script?: string, args?: string[]}} options
 *   `dev`: the tools of development are needed too. `packages`: folders below root whose own lock is needed too.
 */
export async function bootstrap({ root, dev, packages = [], script, args = [] }) {
  try {
    if (Number.parseInt(process.versions.node, 10) < 20) {
      throw new Refusal(`Errand needs Node 20 or later to start, this is ${process.version}: install a newer one.`);
    }
    for (const folder of [root, ...packages.map((name) => join(root, name))]) {
      const install = neededInstall(folder, dev);
      if (install) await npm(folder, install);
    }
    if (script) process.exitCode = await run(findNode24(root), [join(root, script), ...args]);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}

class Refusal extends Error {}

/**
 * The arguments of npm that bring a folder's node_modules up to its package-lock.json, or undefined where it is already.
 * npm writes node_modules/.package-lock.json last, so an installation that was cut off does not count.
 * @returns {string[] | undefined}
 */
function neededInstall(folder, dev) {
  const wanted = packagesOf(join(folder, "package-lock.json"));
  const present = packagesOf(join(folder, "node_modules", ".package-lock.json"));
  const isMissing = ([path, entry]) => {
    if (path === "") return false;
    // npm leaves out what is made for other platforms.
    if (!present[path]) return !entry.optional && !entry.devOptional;
    return present[path].version !== entry.version;
  };
  const missing = Object.entries(wanted).filter(isMissing);
  const missingForStart = missing.filter(([, entry]) => !entry.dev);
  if ((dev ? missing : missingForStart).length === 0) return undefined;
  const hasDev = Object.values(present).some((entry) => entry.dev);
  return dev || hasDev ? ["ci"] : ["ci", "--omit=dev"];
}

function packagesOf(file) {
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")).packages ?? {}) : {};
}

async function npm(folder, args) {
  const started = Date.now();
  const tty = process.stderr.isTTY;
  process.stderr.write(`Installing packages (npm ${args.join(" ")}) …${tty ? "" : "\n"}`);
  const own = process.env.npm_execpath;
  const quiet = ["--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"];
  const [command, first] = own?.endsWith("npm-cli.js") ? [process.execPath, [own]] : ["npm", []];
  const child = spawn(command, [...first, ...args, ...quiet], { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
  let errors = "";
  child.stderr.on("data", (chunk) => {
    errors = (errors + chunk).slice(0, 20_000);
  });
  const code = await ended(child, `npm could not be started: install npm, then start again.`);
  if (tty) process.stderr.write("\r\x1b[2K");
  if (code !== 0) {
    const said = errors.trim().split("\n").slice(0, 20).join("\n");
    throw new Refusal(`${said}\nnpm could not install Errand's packages: see above, then start again.`.trim());
  }
  process.stderr.write(`Packages installed in ${Math.round((Date.now() - started) / 1000)} s.\n`);
}

function findNode24(root) {
  if (Number.parseInt(process.versions.node, 10) >= 24) return process.execPath;
  const installed = join(root, "node_modules", ".bin", "node");
  if (existsSync(installed)) return installed;
  throw new Refusal(
    `Errand needs Node 24, this is ${process.version} and npm has none for ${process.platform} on ${process.arch}: install Node 24.`,
  );
}

async function run(node, args) {
  // node:sqlite is what is still called experimental in Node 24.
  const child = spawn(node, ["--disable-warning=ExperimentalWarning", ...args], { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  // npm passes signals to its shell only, and the shell to nobody: that it is gone is how we learn of them.
  const parent = process.ppid;
  const orphaned = () => process.ppid !== parent && child.kill("SIGTERM");
  if (process.env.npm_lifecycle_event) setInterval(orphaned, 200).unref();
  return await ended(child, `${node} could not be started.`);
}

/** The exit code of a child process, 128 + n where signal n ended it. */
function ended(child, refusal) {
  return new Promise((resolve, reject) => {
    child.once("error", () => reject(new Refusal(refusal)));
    child.once("close", (code, signal) => resolve(code ?? 128 + (constants.signals[signal] ?? 0)));
  });
}
