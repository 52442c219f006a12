// Installs an agent's CLI from the lock in the working directory, for an architecture (amd64, arm64) that this machine
// may not be able to run: npm fetches, files are moved, and what came is known by its files. Nothing of it is started.
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  closeSync,
  existsSync,
  globSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
} from "node:fs";

const [agent, architecture] = process.argv.slice(2);
const processors = { amd64: { cpu: "x64", elf: 0x3e }, arm64: { cpu: "arm64", elf: 0xb7 } };
const processor = processors[architecture];
if (processor === undefined) throw new Error(`There is no image for ${architecture}.`);
const { cpu, elf } = processor;

const npm = ["ci", "--omit=dev", "--ignore-scripts", "--os=linux", `--cpu=${cpu}`, "--libc=glibc"];
execFileSync("npm", [...npm, "--no-audit", "--no-fund", "--no-update-notifier"], { stdio: "inherit" });

const agents = {
  claude() {
    const name = "@anthropic-ai/claude-code";
    const native = `node_modules/${name}-linux-${cpu}`;
    // What its postinstall does: the package's program is a placeholder for the native one.
    const program = `node_modules/${name}/bin/claude.exe`;
    renameSync(`${native}/claude`, program);
    rmSync(native, { recursive: true });
    return { name, program };
  },
  codex() {
    const name = "@openai/codex";
    const native = `node_modules/${name}-linux-${cpu}/vendor`;
    const [program] = globSync(`${native}/*/bin/codex`);
    // Nobody speaks to an agent in a container: the 51 MB for voices need not be pulled at each start.
    for (const voices of globSync(`${native}/*/codex-resources/voice`)) rmSync(voices, { recursive: true });
    return { name, program };
  },
};

const { name, program } = agents[agent]();
const wanted = JSON.parse(readFileSync("package.json", "utf8")).dependencies[name];
const came = JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8")).version;
if (came !== wanted) throw new Error(`${name} ${wanted} was asked for, ${came} came.`);
if (program === undefined || !existsSync(program))
  throw new Error(`${name} ${came} has no program for ${architecture}.`);
if (machineOf(program) !== elf) throw new Error(`${program} is not a program for ${architecture}.`);
chmodSync(program, 0o755);
console.log(`${name} ${came} for ${architecture}: ${program}`);

/** The processor that an ELF program is for, as its header says. */
function machineOf(file) {
  const header = Buffer.alloc(20);
  const opened = openSync(file);
  readSync(opened, header, 0, 20, 0);
  closeSync(opened);
  return header.toString("latin1", 1, 4) === "ELF" ? header.readUInt16LE(18) : undefined;
}
