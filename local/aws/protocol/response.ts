import { randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";
import { encodeOutput } from "./codec.ts";
import { AwsError } from "./errors.ts";
import type { Operation, ServiceModel } from "./model.ts";
import { escapeXml, queryXml } from "./query.ts";

const CONTENT_TYPE = {
  awsJson1_1: "application/x-amz-json-1.1",
  restJson1: "application/json",
  awsQuery: "text/xml",
} as const;

/** Clients read elements by their local names. */
const NAMESPACE = "https://aws.amazon.com/local/";

/** Sends a handler's answer in the service's protocol. */
export function sendOutput(response: ServerResponse, model: ServiceModel, operation: Operation, output: unknown): void {
  const status = operation.http?.status ?? 200;
  const json = () => JSON.stringify(encodeOutput(operation.output, output ?? {}) ?? {});
  const body = model.protocol === "awsQuery" ? resultXml(operation, output) : json();
  send(response, status, CONTENT_TYPE[model.protocol], {}, body);
}

/** Sends an error the way the service spells it; anything that is not an AwsError is an internal failure (500). */
export function sendError(response: ServerResponse, model: ServiceModel | undefined, error: unknown): void {
  const known = error instanceof AwsError ? error : new AwsError("InternalFailure", String(error), { status: 500 });
  const modelled = model?.exceptions.get(known.name);
  const status = known.status ?? modelled?.status ?? 400;
  if (model?.protocol === "awsQuery") {
    send(response, status, "text/xml", {}, errorXml(known, status));
    return;
  }
  const messageMember = modelled?.messageMember ?? "message";
  const body = JSON.stringify({ __type: known.name, [messageMember]: known.message, ...known.extra });
  const type = CONTENT_TYPE[model?.protocol ?? "awsJson1_1"];
  send(response, status, type, { "x-amzn-errortype": known.name }, body);
}

function send(response: ServerResponse, status: number, type: string, headers: Record<string, string>, body: string) {
  const bytes = Buffer.from(body, "utf8");
  response.writeHead(status, {
    "content-type": type,
    "content-length": bytes.length,
    "x-amzn-requestid": randomUUID(),
    ...headers,
  });
  response.end(bytes);
}

function resultXml(operation: Operation, output: unknown): string {
  const { name } = operation;
  return (
    `<${name}Response xmlns="${NAMESPACE}"><${name}Result>${queryXml(operation.output, output ?? {})}</${name}Result>` +
    `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata></${name}Response>`
  );
}

function errorXml(error: AwsError, status: number): string {
  const type = status >= 500 ? "Receiver" : "Sender";
  return (
    `<ErrorResponse xmlns="${NAMESPACE}"><Error><Type>${type}</Type>` +
    `<Code>${error.name}</Code><Message>${escapeXml(error.message)}</Message></Error>` +
    `<RequestId>${randomUUID()}</RequestId></ErrorResponse>`
  );
}
