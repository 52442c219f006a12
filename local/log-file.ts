import { Console } from "node:console";
import { closeSync, openSync, renameSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { Writable } from "node:stream";
import { inspect } from "node:util";

export interface LogFile {
  path: string;
  error: (what: string, error: unknown) => void;
  close: () => void;
}

const rotateAtBytes = 10 * 1024 * 1024;

/**
 * What the functions print goes to `<dataDir>/errand.log`, as it goes to CloudWatch on AWS, so the terminal stays
 * readable. A file over 10 MB is moved to errand.log.1 at the next start.
 */
export function openLogFile(dataDir: string, target: { console: Console }): LogFile {
  const path = join(dataDir, "errand.log");
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > rotateAtBytes) renameSync(path, `${path}.1`);
  const file = openSync(path, "a", 0o600);
  const write = (chunk: Uint8Array) => {
    try {
      writeSync(file, chunk);
    } catch {
      // On a full disk a line is lost: what wanted to say it must still get its answer.
    }
  };
  const stream = new Writable({
    write(chunk, _encoding, done) {
      write(chunk);
      done();
    },
  });
  const terminal = target.console;
  target.console = new Console(stream);
  return {
    path,
    error(what, error) {
      const line = { at: new Date().toISOString(), event: what, error: inspect(error) };
      write(Buffer.from(`${JSON.stringify(line)}\n`));
    },
    close() {
      target.console = terminal;
      closeSync(file);
    },
  };
}
