// Like bootstrap.mjs: plain JavaScript for Node 20 and later, without a package.
import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Programs that the tests start, and the Debian packages that bring them. */
const programs = {
  git: "git",
  curl: "curl",
  rg: "ripgrep",
  python3: "python3",
  script: "bsdutils",
  chromium: "chromium",
};

/**
 * Installs the programs that the tests need and this machine lacks, where it may: on Debian, as root or with a sudo that
 * does not ask. Elsewhere it says what to install, and goes on: most tests need none of it.
 */
export function ensureSystemPackages() {
  const packages = Object.entries(programs).flatMap(([program, name]) => (isOnPath(program) ? [] : [name]));
  if (packages.length === 0) return;
  const install = ["apt-get", "install", "-qy", "--no-install-recommends", "ca-certificates", ...packages];
  const prefix = isOnPath("apt-get") ? rootPrefix() : undefined;
  if (!prefix) {
    process.stderr.write(`Some tests need programs that are missing here; on Debian: sudo ${install.join(" ")}\n`);
    return;
  }
  process.stdout.write(`Installing ${packages.join(", ")} (apt-get) …\n`);
  for (const command of [["apt-get", "update", "-q"], install]) {
    const [program, ...args] = [...prefix, "env", "DEBIAN_FRONTEND=noninteractive", ...command];
    const { status } = spawnSync(program, args, { stdio: ["ignore", "ignore", "inherit"] });
    if (status !== 0) process.stderr.write(`${command.join(" ")} did not succeed; some tests will fail without it.\n`);
  }
}

function isOnPath(program) {
  return (process.env.PATH ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** What to put before a command so that it runs as root; undefined where that would take a password. */
function rootPrefix() {
  if (process.getuid?.() === 0) return [];
  const asks = !isOnPath("sudo") || spawnSync("sudo", ["-n", "true"], { stdio: "ignore" }).status !== 0;
  return asks ? undefined : ["sudo", "-n"];
}
