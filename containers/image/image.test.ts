import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

interface Stage {
  from: string;
  name: string | undefined;
  instructions: { word: string; rest: string }[];
}

/** A Dockerfile's stages, its continued lines joined. */
function stagesOf(dockerfile: string): Stage[] {
  const lines = dockerfile
    .replaceAll(/^\s*#.*$/gm, "")
    .replaceAll(/\\\n/g, " ")
    .split("\n")
    .filter((line) => line.trim() !== "");
  const stages: Stage[] = [];
  for (const line of lines) {
    const [, word = "", rest = ""] = /^\s*(\w+)\s+(.*)$/.exec(line) ?? [];
    if (word === "FROM") {
      const [, from = "", name] = /^(.*?)(?:\s+AS\s+(\w+))?\s*$/i.exec(rest) ?? [];
      stages.push({ from, name, instructions: [] });
    } else stages.at(-1)?.instructions.push({ word, rest });
  }
  return stages;
}

const OF_THE_BUILDER = "--platform=${BUILDPLATFORM} ";

describe.each(["claude", "codex"])("the Dockerfile of %s", (agent) => {
  const text = readFileSync(`containers/${agent}/Dockerfile`, "utf8");
  const stages = stagesOf(text);

  it("runs programs in stages of the builder's own architecture only", () => {
    const running = stages.filter(({ instructions }) => instructions.some(({ word }) => word === "RUN"));
    expect(running.map(({ name }) => name)).toEqual(["build"]);
    for (const { from } of running) expect(from.startsWith(OF_THE_BUILDER)).toBe(true);
  });

  it("makes the image of the base and of files", () => {
    const image = stages.at(-1);
    expect(image?.from).toBe("base");
    expect(image?.instructions.map(({ word }) => word)).toEqual([
      ...Array(3).fill("COPY"),
      "ENV",
      "WORKDIR",
      "ENTRYPOINT",
    ]);
  });

  it("takes every base from the one that refreshing pins", () => {
    const bases = stages.map(({ from }) => from.replace(OF_THE_BUILDER, "")).filter((from) => from !== "base");
    expect(new Set(bases)).toEqual(new Set(["${BASE}"]));
    expect(text).toMatch(/^ARG BASE=node:24-bookworm-slim$/m);
    expect(text).toMatch(/^ARG REFRESHED$/m);
  });

  it("hands the agent's home to the user that the variables name", () => {
    expect(text).toMatch(/^ENV .*ERRAND_AGENT_UID=1000 ERRAND_AGENT_GID=1000\b/m);
    expect(text).toMatch(/^COPY --from=build --chown=1000:1000 \/image-home \/home\/agent$/m);
  });
});

it("no script of the build chroots or installs: packages are unpacked", () => {
  const script = readFileSync("containers/image/system.sh", "utf8");
  expect(script).not.toMatch(/chroot|dpkg (-i|--install|--configure|--unpack)/);
  const installs = script.split("\n").filter((line) => line.startsWith("apt-get install"));
  expect(installs).toHaveLength(2);
  expect(installs[0]).toContain("--download-only");
  // Into the builder itself, for the bundle of certificates that is text.
  expect(installs[1]).toMatch(/ ca-certificates$/);
  expect(readFileSync("containers/image/agent-cli.mjs", "utf8")).toContain('"--ignore-scripts"');
});
