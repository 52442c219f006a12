import { readFileSync } from "node:fs";
import { arch, cpus, platform, release, totalmem } from "node:os";

/** The machine, in a line for people. */
export function describeMachine(): string {
  const [cpu] = cpus();
  const memory = `${Math.round(totalmem() / 2 ** 30)} GB memory`;
  return [`${cpus().length} × ${cpu?.model.trim()}`, memory, systemName(), `Node ${process.versions.node}`].join(", ");
}

function systemName(): string {
  try {
    const name = /^PRETTY_NAME="(.+)"$/m.exec(readFileSync("/etc/os-release", "utf8"))?.[1];
    if (name) return `${name} (${arch()})`;
  } catch {
    // Not a Linux that says its name.
  }
  return `${platform()} ${release()} (${arch()})`;
}
