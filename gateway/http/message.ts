/** One event of a stream, or a body that is not streamed. `bytes` is as it came, with the empty line behind an event. */
export class Message {
  readonly bytes: Buffer;
  readonly streamed: boolean;

  constructor(bytes: Buffer, streamed: boolean) {
    this.bytes = bytes;
    this.streamed = streamed;
  }

  /** Undefined where it is no JSON. */
  json(): unknown {
    try {
      return JSON.parse(this.streamed ? dataOf(this.bytes.toString()) : this.bytes.toString());
    } catch {
      return undefined;
    }
  }

  /** The same event, with another content. */
  with(value: unknown): Message {
    const json = JSON.stringify(value);
    if (!this.streamed) return new Message(Buffer.from(json), false);
    const others = lines(this.bytes.toString()).filter((line) => line !== "" && !line.startsWith("data:"));
    return new Message(Buffer.from(`${[...others, `data: ${json}`].join("\n")}\n\n`), true);
  }
}

const lines = (text: string) => text.split(/\r?\n/);

function dataOf(event: string): string {
  return lines(event)
    .filter((line) => line.startsWith("data:"))
    .map((line) => line.slice(5))
    .join("\n");
}

/** Cuts a stream into its events. Throws where one is longer than `most` bytes. */
export function eventSplitter(most: number) {
  let parts: Buffer[] = [];
  let length = 0;
  /** The end of `parts`: an empty line may have begun there. */
  let tail: Buffer = Buffer.alloc(0);
  const take = (last: Buffer) => {
    const whole = parts.length === 0 ? last : Buffer.concat([...parts, last]);
    parts = [];
    length = 0;
    return new Message(whole, true);
  };
  return {
    push(bytes: Buffer): Message[] {
      const messages: Message[] = [];
      const before = tail.length;
      const seen = before === 0 ? bytes : Buffer.concat([tail, bytes]);
      let start = before;
      for (let end = endOfEvent(seen, 0); end >= 0; end = endOfEvent(seen, end)) {
        messages.push(take(seen.subarray(start, end)));
        start = end;
      }
      const rest = seen.subarray(start);
      if (rest.length > 0) parts.push(rest);
      length += rest.length;
      if (length > most) throw new Error("an event is too long");
      tail = length === 0 ? rest : seen.subarray(Math.max(0, seen.length - 2));
      return messages;
    },
    /** What came after the last empty line. */
    end: (): Message[] => (length === 0 ? [] : [take(Buffer.alloc(0))]),
  };
}

const LF = 10;
const CR = 13;

/** The index behind the next empty line, or -1. */
function endOfEvent(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(LF, from); at >= 0; at = bytes.indexOf(LF, at + 1)) {
    if (bytes[at + 1] === LF) return at + 2;
    if (bytes[at + 1] === CR && bytes[at + 2] === LF) return at + 3;
  }
  return -1;
}
