import { readFileSync } from "node:fs";
import { arch, cpus, loadavg, platform, release, totalmem } from "node:os";

/** The machine, in a line for people. What else it is doing belongs to it: a table of a busy one is worth less. */
export function describeMachine(): string {
  const [cpu] = cpus();
  const memory = `${Math.round(totalmem() / 2 ** 30)} GB memory`;
  const load = `load average ${loadavg()[0]?.toFixed(1)} before`;
  const node = `Node ${process.versions.node}`;
  return [`${cpus().length} × ${cpu?.model.trim()}`, memory, systemName(), node, load].join(", ");
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
