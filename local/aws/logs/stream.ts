import {
  closeSync,
  existsSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";

export interface LogEvent {
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  readonly ingestionTime: number;
  readonly message: string;
}

/**
 * One log stream on disk, append-only. `<path>.out` is what a container writes by itself, line by line, through a file
 * descriptor of its own; `<path>.put` is what PutLogEvents brought; `<path>.idx` has one fixed-size entry per event, in
 * the order of arrival. A page is one read of the index and one or two of the data, however long the stream is.
 */
export class LogStreamFiles {
  private readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** The file a container's stdout is to be appended to. */
  get containerFile(): string {
    return `${this.path}.out`;
  }

  get count(): number {
    return Math.floor(sizeOf(`${this.path}.idx`) / ENTRY_BYTES);
  }

  get storedBytes(): number {
    return sizeOf(`${this.path}.out`) + sizeOf(`${this.path}.put`);
  }

  /** Appends events in one write each of data and index; a crash between leaves data that no entry names. */
  append(events: readonly LogEvent[]): void {
    const texts = events.map((event) => Buffer.from(event.message, "utf8"));
    const data = openSync(`${this.path}.put`, "a", 0o600);
    let offset = fstatSync(data).size;
    writeSync(data, Buffer.concat(texts));
    closeSync(data);
    const entries = events.map((event, index) => {
      const length = texts[index]?.length ?? 0;
      const entry: Entry = {
        offset,
        length,
        source: PUT,
        timestamp: event.timestamp,
        ingestionTime: event.ingestionTime,
      };
      offset += length;
      return entry;
    });
    this.appendEntries(entries);
  }

  /**
   * Takes up the lines a container has written since, each with `now` as its time. A line that has not ended yet waits,
   * unless `final` says that nothing more will come.
   */
  takeUp(now: number, final: boolean): void {
    const size = sizeOf(this.containerFile);
    if (size === 0) return;
    let offset = this.containerOffset();
    if (offset >= size) return;
    const file = openSync(this.containerFile, "r");
    try {
      while (offset < size) {
        const chunk = readAt(file, offset, Math.min(CHUNK_BYTES, size - offset));
        const { entries, used } = splitLines(chunk, offset, now, final && offset + chunk.length >= size);
        this.appendEntries(entries);
        if (used === 0) return;
        offset += used;
      }
    } finally {
      closeSync(file);
    }
  }

  /** Events `from` (inclusive) to `to` (exclusive) by their number in the stream. */
  read(from: number, to: number): LogEvent[] {
    const entries = this.entries(from, to);
    const readers = { [OUT]: new SpanReader(`${this.path}.out`), [PUT]: new SpanReader(`${this.path}.put`) };
    for (const entry of entries) readers[entry.source].cover(entry);
    return entries.map((entry) => ({
      timestamp: entry.timestamp,
      ingestionTime: entry.ingestionTime,
      message: readers[entry.source].text(entry),
    }));
  }

  /** Byte lengths of the messages of events `from` to `to`, without reading them. */
  lengths(from: number, to: number): number[] {
    return this.entries(from, to).map((entry) => entry.length);
  }

  timestampOf(index: number): number | undefined {
    return this.entries(index, index + 1)[0]?.timestamp;
  }

  ingestionOf(index: number): number | undefined {
    return this.entries(index, index + 1)[0]?.ingestionTime;
  }

  /** The number of the first event whose time is `time` or later, by binary search; `count` when there is none. */
  firstFrom(time: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if ((this.timestampOf(middle) ?? Number.POSITIVE_INFINITY) < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** When data last came, in milliseconds since the epoch; 0 when there is none. */
  lastWrite(): number {
    const times = ["out", "put"].map((end) => `${this.path}.${end}`).filter((file) => existsSync(file));
    return Math.max(0, ...times.map((file) => statSync(file).mtimeMs));
  }

  remove(): void {
    for (const end of ["idx", "out", "put"]) rmSync(`${this.path}.${end}`, { force: true });
  }

  /** Where the next line of the container starts: after the last one that has an entry. */
  private containerOffset(): number {
    // Entries of both sources are mixed only in a stream that somebody also puts events to.
    for (let index = this.count - 1; index >= 0; index -= 1) {
      const entry = this.entries(index, index + 1)[0];
      if (entry?.source === OUT) return entry.offset + entry.length;
    }
    return 0;
  }

  private entries(from: number, to: number): Entry[] {
    if (to <= from || !existsSync(`${this.path}.idx`)) return [];
    const file = openSync(`${this.path}.idx`, "r");
    try {
      const bytes = readAt(file, from * ENTRY_BYTES, (to - from) * ENTRY_BYTES);
      return Array.from({ length: Math.floor(bytes.length / ENTRY_BYTES) }, (_, index) =>
        decodeEntry(bytes, index * ENTRY_BYTES),
      );
    } finally {
      closeSync(file);
    }
  }

  private appendEntries(entries: readonly Entry[]): void {
    if (entries.length === 0) return;
    const file = openSync(`${this.path}.idx`, "a", 0o600);
    try {
      const size = fstatSync(file).size;
      // What a crash left of an entry is no entry.
      if (size % ENTRY_BYTES !== 0) ftruncateSync(file, size - (size % ENTRY_BYTES));
      writeSync(file, Buffer.concat(entries.map(encodeEntry)));
    } finally {
      closeSync(file);
    }
  }
}

interface Entry {
  readonly offset: number;
  readonly length: number;
  readonly source: typeof OUT | typeof PUT;
  readonly timestamp: number;
  readonly ingestionTime: number;
}

const OUT = 0;
const PUT = 1;
const ENTRY_BYTES = 32;
const CHUNK_BYTES = 1024 * 1024;
/** The awslogs driver cuts longer lines into several events. */
const MAX_LINE_BYTES = 262_144 - 26;
const NEWLINE = 0x0a;

function encodeEntry(entry: Entry): Buffer {
  const bytes = Buffer.alloc(ENTRY_BYTES);
  bytes.writeDoubleLE(entry.offset, 0);
  bytes.writeUInt32LE(entry.length, 8);
  bytes.writeUInt32LE(entry.source, 12);
  bytes.writeDoubleLE(entry.timestamp, 16);
  bytes.writeDoubleLE(entry.ingestionTime, 24);
  return bytes;
}

function decodeEntry(bytes: Buffer, at: number): Entry {
  return {
    offset: bytes.readDoubleLE(at),
    length: bytes.readUInt32LE(at + 8),
    source: bytes.readUInt32LE(at + 12) === PUT ? PUT : OUT,
    timestamp: bytes.readDoubleLE(at + 16),
    ingestionTime: bytes.readDoubleLE(at + 24),
  };
}

/** Cuts a chunk into entries for its whole lines; empty lines are no events. `used` is how far the chunk was cut. */
function splitLines(chunk: Buffer, base: number, now: number, final: boolean): { entries: Entry[]; used: number } {
  const entries: Entry[] = [];
  let start = 0;
  while (start < chunk.length) {
    let end = chunk.indexOf(NEWLINE, start);
    const open = end < 0;
    if (open) end = chunk.length;
    if (end - start > MAX_LINE_BYTES) end = characterBoundary(chunk, start + MAX_LINE_BYTES);
    else if (open && !final) break;
    if (end > start)
      entries.push({ offset: base + start, length: end - start, source: OUT, timestamp: now, ingestionTime: now });
    start = chunk[end] === NEWLINE ? end + 1 : end;
  }
  return { entries, used: start };
}

/** The last place at or before `at` where no UTF-8 character is cut. */
function characterBoundary(bytes: Buffer, at: number): number {
  let place = at;
  while (place > at - 4 && ((bytes[place] ?? 0) & 0xc0) === 0x80) place -= 1;
  return place;
}

/** Reads the span that several entries of one file cover in one go. */
class SpanReader {
  private readonly path: string;
  private start = Number.POSITIVE_INFINITY;
  private end = 0;
  private bytes: Buffer | undefined;

  constructor(path: string) {
    this.path = path;
  }

  cover(entry: Entry): void {
    this.start = Math.min(this.start, entry.offset);
    this.end = Math.max(this.end, entry.offset + entry.length);
  }

  text(entry: Entry): string {
    this.bytes ??= this.load();
    const at = entry.offset - this.start;
    return this.bytes.toString("utf8", at, at + entry.length);
  }

  private load(): Buffer {
    const file = openSync(this.path, "r");
    try {
      return readAt(file, this.start, this.end - this.start);
    } finally {
      closeSync(file);
    }
  }
}

function readAt(file: number, offset: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const got = readSync(file, bytes, filled, length - filled, offset + filled);
    if (got === 0) break;
    filled += got;
  }
  return bytes.subarray(0, filled);
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
