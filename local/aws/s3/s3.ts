import type { IncomingMessage, ServerResponse } from "node:http";
import { AwsError } from "../protocol/errors.ts";
import { loadModel } from "../protocol/model.ts";
import { escapeXml } from "../protocol/query.ts";
import type { Service } from "../protocol/service.ts";

/** S3's wire is its own: the model is here for the service's name alone. */
const model = loadModel({ service: "s3", protocol: "awsQuery", client: {}, invalid: "InvalidArgument" });

/** Objects by bucket and key. Kept in memory. */
export class Buckets {
  private readonly buckets = new Map<string, Map<string, Buffer>>();

  create(bucket: string): void {
    if (!this.buckets.has(bucket)) this.buckets.set(bucket, new Map());
  }

  delete(bucket: string): void {
    this.buckets.delete(bucket);
  }

  /** Throws NoSuchBucket. */
  objects(bucket: string): Map<string, Buffer> {
    const objects = this.buckets.get(bucket);
    if (!objects) throw new AwsError("NoSuchBucket", "The specified bucket does not exist", { status: 404 });
    return objects;
  }
}

/** As much of S3 as publishing a deployment's files takes: single objects, in parts too, and lists of them. */
export function s3(buckets: Buckets): Service {
  const uploads = new Map<string, Map<number, Buffer>>();
  let lastUpload = 0;

  const post = (url: URL, bucket: string, key: string): string => {
    if (url.searchParams.has("uploads")) {
      buckets.objects(bucket);
      lastUpload += 1;
      uploads.set(String(lastUpload), new Map());
      return `<InitiateMultipartUploadResult><Bucket>${bucket}</Bucket><Key>${escapeXml(key)}</Key><UploadId>${lastUpload}</UploadId></InitiateMultipartUploadResult>`;
    }
    const id = url.searchParams.get("uploadId") ?? "";
    const parts = [...(uploads.get(id) ?? [])].sort(([a], [b]) => a - b).map(([, part]) => part);
    buckets.objects(bucket).set(key, Buffer.concat(parts));
    uploads.delete(id);
    return `<CompleteMultipartUploadResult><Bucket>${bucket}</Bucket><Key>${escapeXml(key)}</Key><ETag>"0"</ETag></CompleteMultipartUploadResult>`;
  };

  const put = (url: URL, bucket: string, key: string, bytes: Buffer): void => {
    const part = Number(url.searchParams.get("partNumber"));
    const upload = uploads.get(url.searchParams.get("uploadId") ?? "");
    if (upload) upload.set(part, bytes);
    else buckets.objects(bucket).set(key, bytes);
  };

  const ofBucket = (url: URL, bucket: string): string => {
    const objects = buckets.objects(bucket);
    if (url.searchParams.has("location")) return "<LocationConstraint/>";
    if (url.searchParams.has("encryption")) {
      return "<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>";
    }
    const prefix = url.searchParams.get("prefix") ?? "";
    const found = [...objects].filter(([key]) => key.startsWith(prefix));
    const contents = found.map(
      ([key, bytes]) => `<Contents><Key>${escapeXml(key)}</Key><Size>${bytes.length}</Size></Contents>`,
    );
    return `<ListBucketResult><KeyCount>${found.length}</KeyCount><IsTruncated>false</IsTruncated>${contents.join("")}</ListBucketResult>`;
  };

  const answer = (request: IncomingMessage, body: Buffer, response: ServerResponse): void => {
    const url = new URL(request.url ?? "/", "http://localhost");
    const [bucket = "", ...rest] = url.pathname.slice(1).split("/").map(decodeURIComponent);
    const key = rest.join("/");
    if (request.method === "POST") {
      xml(response, post(url, bucket, key));
    } else if (request.method === "PUT") {
      put(url, bucket, key, unchunked(request, body));
      send(response, Buffer.alloc(0), { etag: '"0"' });
    } else if (request.method === "DELETE") {
      buckets.objects(bucket).delete(key);
      response.writeHead(204).end();
    } else if (key === "") {
      xml(response, ofBucket(url, bucket));
    } else {
      const bytes = buckets.objects(bucket).get(key);
      if (!bytes) throw new AwsError("NoSuchKey", "The specified key does not exist.", { status: 404 });
      send(response, bytes, { etag: '"0"', "content-type": "application/octet-stream" });
    }
  };

  return { model, handlers: {}, answer };
}

/** The bytes of a body that the SDK sent in chunks with a checksum behind them. */
function unchunked(request: IncomingMessage, body: Buffer): Buffer {
  if (!String(request.headers["content-encoding"] ?? "").includes("aws-chunked")) return body;
  const chunks: Buffer[] = [];
  for (let at = 0; at < body.length; ) {
    const end = body.indexOf("\r\n", at);
    const size = Number.parseInt(body.subarray(at, end).toString("latin1"), 16);
    if (!size) break;
    chunks.push(body.subarray(end + 2, end + 2 + size));
    at = end + 2 + size + 2;
  }
  return Buffer.concat(chunks);
}

function xml(response: ServerResponse, body: string): void {
  send(response, Buffer.from(`<?xml version="1.0"?>${body}`), { "content-type": "application/xml" });
}

function send(response: ServerResponse, bytes: Buffer, headers: Record<string, string>): void {
  response.writeHead(200, { ...headers, "content-length": bytes.length });
  response.end(bytes);
}
