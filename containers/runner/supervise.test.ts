import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { AT_ONCE, asUser, type Job, supervise } from "./supervise.ts";

const mark = mkdtempSync(join(tmpdir(), "supervise-"));
afterAll(() => rmSync(mark, { recursive: true }));

function job(script: string, change: Partial<Job> = {}) {
  const stop = new AbortController();
  const lines: string[] = [];
  const exit = supervise({
    command: "perl",
    args: ["-e", `$| = 1; ${script}`],
    env: { PATH: process.env.PATH ?? "", TMPDIR: mark },
    cwd: mark,
    onLine: (line) => {
      lines.push(line);
      return line === "result";
    },
    onStderr: () => {},
    stop: stop.signal,
    mark,
    patience: { interruptMs: 300, terminateMs: 300, lingerMs: 300 },
    ...change,
  });
  return { exit, lines, stop: (reason?: string) => stop.abort(reason), heard: () => expect.poll(() => lines) };
}

const forever = 'print "up\\n"; select(undef, undef, undef, 0.1) while 1;';
const alive = (pid: string) => {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.startsWith("Z") === false;
  } catch {
    return false;
  }
};

describe("supervision", () => {
  test("gives input, reads lines, tells the exit code", async () => {
    const { exit, lines } = job('print "<$_>" while <STDIN>; print "\\nlast"; exit 3;', { stdin: "-n\nhelp\n" });
    expect(await exit).toEqual({ code: 3, signal: null });
    expect(lines).toEqual(["<-n", "><help", ">", "last"]);
  });

  test("interrupts first", async () => {
    const { exit, stop, heard, lines } = job(`$SIG{INT} = sub { print "bye\\n"; exit 0 }; ${forever}`);
    await heard().toEqual(["up"]);
    stop();
    expect(await exit).toEqual({ code: 0, signal: null });
    expect(lines).toEqual(["up", "bye"]);
  });

  test("terminates what does not heed an interrupt", async () => {
    const { exit, stop, heard } = job(`$SIG{INT} = "IGNORE"; ${forever}`);
    await heard().toEqual(["up"]);
    stop();
    expect(await exit).toEqual({ code: null, signal: "SIGTERM" });
  });

  test("kills what heeds nothing", async () => {
    const { exit, stop, heard } = job(`$SIG{INT} = $SIG{TERM} = "IGNORE"; ${forever}`);
    await heard().toEqual(["up"]);
    stop();
    expect(await exit).toEqual({ code: null, signal: "SIGKILL" });
  });

  test("kills at once where there is nothing to wait for, and stops what starts after the stop", async () => {
    const first = job(forever);
    await first.heard().toEqual(["up"]);
    first.stop(AT_ONCE);
    expect(await first.exit).toEqual({ code: null, signal: "SIGKILL" });
    expect(await job(forever, { stop: AbortSignal.abort(AT_ONCE) }).exit).toEqual({ code: null, signal: "SIGKILL" });
  });

  test("ends what has said its result and stays", async () => {
    const polite = job(`$SIG{INT} = sub { print "bye\\n"; exit 0 }; print "result\\n"; ${forever}`);
    expect(await polite.exit).toEqual({ code: 0, signal: null });
    expect(polite.lines).toEqual(["result", "up", "bye"]);
    const deaf = job(`$SIG{INT} = $SIG{TERM} = "IGNORE"; print "result\\n"; ${forever}`);
    expect(await deaf.exit).toEqual({ code: null, signal: "SIGKILL" });
  });

  test("gives what goes on to talk after its result the time to do so", async () => {
    const { exit, lines } = job(
      'for (1..12) { print "result\\n"; select(undef, undef, undef, 0.05) } print "done\\n"; exit 0;',
    );
    expect(await exit).toEqual({ code: 0, signal: null });
    expect(lines.at(-1)).toBe("done");
  });

  test("puts a line together from any pieces", async () => {
    const { exit, lines } = job(
      'print "a"; select(undef,undef,undef,.05); print "\\xc3"; select(undef,undef,undef,.05); print "\\xa4b\\n\\nc" . "d" x 3000000;',
    );
    await exit;
    expect(lines.map((line) => line.slice(0, 3))).toEqual(["aäb", "", "cdd"]);
    expect(lines[2]).toHaveLength(3_000_001);
  });

  test("kills what was left running, also in a session of its own that holds the output open", async () => {
    const { exit, lines } = job(
      'use POSIX; for my $own (0, 1) { my $pid = fork; if (!$pid) { POSIX::setsid() if $own; sleep 99; exit } print "$pid\\n"; }',
    );
    expect(await exit).toEqual({ code: 0, signal: null });
    expect(lines).toHaveLength(2);
    for (const pid of lines) await expect.poll(() => alive(pid)).toBe(false);
  });

  test("starts a program for another user without any privilege, and for the same user as it is", () => {
    expect(asUser({ uid: 1000, gid: 1001 }, ["claude", "-p"]).join(" ")).toBe(
      "setpriv --reuid=1000 --regid=1001 --clear-groups --inh-caps=-all --bounding-set=-all --no-new-privs -- claude -p",
    );
    expect(asUser(undefined, ["claude", "-p"])).toEqual(["claude", "-p"]);
  });

  test("rejects where there is no such program", async () => {
    await expect(job("", { command: "no-such-program" }).exit).rejects.toThrow("ENOENT");
  });
});
