import type { IncomingMessage, ServerResponse } from "node:http";
import type { Calls } from "./calls.ts";
import { type FaultKind, type Faults, faultError, NO_CAPACITY } from "./faults.ts";
import { decodeInput } from "./protocol/codec.ts";
import { AwsError } from "./protocol/errors.ts";
import type { ServiceModel } from "./protocol/model.ts";
import { type RoutedCall, readBody, route, signedScope } from "./protocol/request.ts";
import { sendError, sendOutput } from "./protocol/response.ts";
import type { Service } from "./protocol/service.ts";

export interface DispatchOptions {
  readonly services: readonly Service[];
  readonly faults: Faults;
  readonly calls: Calls;
  readonly now: () => number;
  readonly dynamodbUrl: string | undefined;
  readonly accessKeyId: string | undefined;
}

type Dispatch = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Takes a request to the service it was signed for, through the faults that tests have set. */
export function dispatcher(options: DispatchOptions): Dispatch {
  const byName = new Map(options.services.map((service) => [service.model.service as string, service]));

  return async (request, response) => {
    let model: ServiceModel | undefined;
    try {
      const { service: name, region } = signedScope(request);
      const body = await readBody(request, name);
      const service = byName.get(name);
      model = service?.model;
      refuseStrangers(request, options.accessKeyId);
      if (name === "dynamodb" && options.dynamodbUrl !== undefined) {
        await passOn(options, options.dynamodbUrl, request, response, body);
        return;
      }
      if (!service) throw new AwsError("NotImplemented", `The service ${name} is not built here.`, { status: 501 });
      if (service.answer) {
        options.calls.record({ service: name, operation: String(request.method), at: options.now() });
        service.answer(request, body, response);
      } else await perform(options, service, route(service.model, request, body), region, response);
    } catch (error) {
      if (!response.headersSent && !response.destroyed) sendError(response, model, error);
    }
  };
}

const localHost = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;

/** The key stands for the signature: whoever knows it is the process that made it up. */
function refuseStrangers(request: IncomingMessage, accessKeyId: string | undefined): void {
  const known = accessKeyId === undefined || request.headers.authorization?.includes(` Credential=${accessKeyId}/`);
  if (known && localHost.test(request.headers.host ?? "")) return;
  const message = "The security token included in the request is invalid.";
  throw new AwsError("UnrecognizedClientException", message, { status: 403 });
}

async function perform(
  options: DispatchOptions,
  service: Service,
  call: RoutedCall,
  region: string,
  response: ServerResponse,
) {
  const { model } = service;
  const { operation } = call;
  options.calls.record({ service: model.service, operation: operation.name, at: options.now() });
  const fault = options.faults.take(model.service, operation.name);
  if (strikeBefore(fault, model.service, response)) return;
  if (fault === "no-capacity") {
    sendOutput(response, model, operation, NO_CAPACITY);
    return;
  }
  const handler = service.handlers[operation.name];
  if (!handler) throw new AwsError("NotImplemented", `${operation.name} is not built here.`, { status: 501 });
  const input = decodeInput(model, operation.input, call.members);
  const output = await handler(input as never, { region });
  if (!strikeAfter(fault, response)) sendOutput(response, model, operation, output);
}

/** DynamoDB has its own server; what passes through here is counted and can be struck like the other services. */
async function passOn(
  options: DispatchOptions,
  url: string,
  request: IncomingMessage,
  response: ServerResponse,
  body: Buffer,
): Promise<void> {
  const operation =
    String(request.headers["x-amz-target"] ?? "")
      .split(".")
      .at(-1) ?? "";
  options.calls.record({ service: "dynamodb", operation, at: options.now() });
  const fault = options.faults.take("dynamodb", operation);
  if (strikeBefore(fault, "dynamodb", response)) return;
  const names = ["authorization", "content-type", "x-amz-date", "x-amz-target"];
  const headers = names.map((name) => [name, String(request.headers[name] ?? "")] as [string, string]);
  const answer = await fetch(url, { method: "POST", headers, body: new Uint8Array(body) });
  const bytes = Buffer.from(await answer.arrayBuffer());
  if (strikeAfter(fault, response)) return;
  const type = answer.headers.get("content-type") ?? "application/x-amz-json-1.0";
  const checksum = answer.headers.get("x-amz-crc32");
  response.writeHead(answer.status, {
    "content-type": type,
    "content-length": bytes.length,
    ...(checksum !== null && { "x-amz-crc32": checksum }),
  });
  response.end(bytes);
}

/** True when the fault leaves nothing to do: the call hangs or was cut. Throws the errors that faults answer with. */
function strikeBefore(
  fault: FaultKind | undefined,
  service: Parameters<typeof faultError>[1],
  response: ServerResponse,
) {
  if (fault === "error500" || fault === "throttle" || fault === "throttle-as-parameter")
    throw faultError(fault, service);
  if (fault === "cut") response.destroy();
  return fault === "cut" || fault === "hang";
}

function strikeAfter(fault: FaultKind | undefined, response: ServerResponse): boolean {
  if (fault === "after") response.destroy();
  return fault === "after" || fault === "after-hang";
}
