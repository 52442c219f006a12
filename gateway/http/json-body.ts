import { isUtf8 } from "node:buffer";

type Place = [start: number, end: number];

/**
 * A JSON object whose members are read and replaced one by one: what nobody changes goes on byte for byte, so that a
 * provider finds its own words, signatures and cached prefixes as it gave them.
 */
export class JsonBody {
  #bytes: Buffer;
  #value: Record<string, unknown>;
  #places: Map<string, Place>;

  private constructor(bytes: Buffer, value: Record<string, unknown>, places: Map<string, Place>) {
    this.#bytes = bytes;
    this.#value = value;
    this.#places = places;
  }

  /** Undefined where it is not one JSON object in UTF-8, or names anything twice: readers differ in which one counts. */
  static read(bytes: Buffer): JsonBody | undefined {
    if (!isUtf8(bytes)) return undefined;
    let value: unknown;
    try {
      value = JSON.parse(bytes.toString());
    } catch {
      return undefined;
    }
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
    const places = placesIn(bytes);
    return places && new JsonBody(bytes, value as Record<string, unknown>, places);
  }

  get bytes(): Buffer {
    return this.#bytes;
  }

  get(name: string): unknown {
    return this.#places.has(name) ? this.#value[name] : undefined;
  }

  set(name: string, value: unknown): void {
    const place = this.#places.get(name);
    const end = this.#bytes.lastIndexOf("}");
    const added = `${this.#places.size === 0 ? "" : ","}${JSON.stringify(name)}:`;
    const [from, to] = place ?? [end, end];
    const text = Buffer.from((place ? "" : added) + JSON.stringify(value));
    this.#bytes = Buffer.concat([this.#bytes.subarray(0, from), text, this.#bytes.subarray(to)]);
    this.#places = placesIn(this.#bytes) as Map<string, Place>;
    this.#value = { ...this.#value, [name]: value };
  }
}

const [QUOTE, BACKSLASH, COLON, COMMA] = Buffer.from('"\\:,') as unknown as [number, number, number, number];
const [OPEN, CLOSE, OPEN_LIST, CLOSE_LIST] = Buffer.from("{}[]") as unknown as [number, number, number, number];

/** Where the outermost object's values are; undefined where an object at any depth names something twice. */
function placesIn(json: Buffer): Map<string, Place> | undefined {
  const places = new Map<string, Place>();
  /** The names in each object that is open; null for a list. */
  const open: (Set<string> | null)[] = [];
  let name = "";
  let start = 0;
  for (let at = 0; at < json.length; at++) {
    const byte = json[at];
    if (byte === QUOTE) {
      const end = behindString(json, at);
      const colon = colonAt(json, end);
      const names = open.at(-1);
      if (colon > 0 && names) {
        const written = JSON.parse(json.toString("utf8", at, end)) as string;
        if (names.has(written)) return undefined;
        names.add(written);
        if (open.length === 1) [name, start] = [written, colon + 1];
      }
      at = end - 1;
    } else if (byte === OPEN || byte === OPEN_LIST) {
      open.push(byte === OPEN ? new Set() : null);
    } else if (byte === CLOSE || byte === CLOSE_LIST || byte === COMMA) {
      if (open.length === 1 && start > 0) places.set(name, [start, at]);
      if (byte !== COMMA) open.pop();
    }
  }
  return places;
}

function behindString(json: Buffer, quote: number): number {
  let at = quote + 1;
  while (json[at] !== QUOTE) at += json[at] === BACKSLASH ? 2 : 1;
  return at + 1;
}

/** The colon behind the string that ends here, or -1: then the string is a value. */
function colonAt(json: Buffer, from: number): number {
  let at = from;
  while (json[at] === 0x20 || json[at] === 0x0a || json[at] === 0x0d || json[at] === 0x09) at++;
  return json[at] === COLON ? at : -1;
}
