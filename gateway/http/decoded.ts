import type { IncomingMessage } from "node:http";
import { pipeline, type Readable } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from "node:zlib";

const decoders = {
  gzip: createGunzip,
  "x-gzip": createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
};

/** A body without its encodings: identity is asked for, but whoever answers may not heed it. Undefined: an unknown one. */
export function decoded(incoming: IncomingMessage): Readable | undefined {
  const encodings = (incoming.headers["content-encoding"] ?? "")
    .toLowerCase()
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "" && name !== "identity");
  if (!encodings.every((name) => Object.hasOwn(decoders, name))) return undefined;
  return encodings.reduceRight<Readable>(
    (body, name) => pipeline(body, decoders[name as keyof typeof decoders](), () => {}),
    incoming,
  );
}
