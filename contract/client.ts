import { type ErrorCode, errorCodes, errorEnvelope } from "./error.ts";
import { type ClientInput, type Operation, type OperationName, type Output, operations } from "./operations.ts";

/** What the API answered, when it answered no. `status` is HTTP's; `fields` names the input fields at fault. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly code: ErrorCode;
  readonly status: number;
  readonly fields: Record<string, string>;
  constructor(code: ErrorCode, status: number, message: string, fields: Record<string, string> = {}) {
    super(message);
    this.code = code;
    this.status = status;
    this.fields = fields;
  }
}

/** The API could not be reached, or what answered was not the API. */
export class UnreachableError extends Error {
  override readonly name = "UnreachableError";
}

export interface ClientOptions {
  /** Base to which `/api/…` is appended, without a slash at its end. */
  baseUrl: string;
  /** Headers of every request: `{authorization: "Bearer …"}` or `{"x-csrf-token": …}`. */
  headers?: () => Record<string, string>;
  /** Milliseconds until a request is given up. */
  timeoutMs?: number;
  fetch?: typeof fetch;
}

export type Client = {
  [N in OperationName]: (
    ...input: Record<string, never> extends ClientInput<N>
      ? [input?: ClientInput<N>, signal?: AbortSignal]
      : [input: ClientInput<N>, signal?: AbortSignal]
  ) => Promise<Output<N>>;
};

interface AnyInput {
  params?: Record<string, string>;
  query?: Record<string, unknown>;
  body?: unknown;
  idempotencyKey?: string;
  ifMatch?: string;
}

/** A client with one method per operation. It throws ApiError or UnreachableError, and retries nothing. */
export function createClient(options: ClientOptions): Client {
  const call =
    (operation: Operation) =>
    (input: AnyInput = {}, signal?: AbortSignal) =>
      request(options, operation, input, signal);
  return Object.fromEntries(
    Object.entries(operations).map(([name, operation]) => [name, call(operation)]),
  ) as unknown as Client;
}

async function request(options: ClientOptions, operation: Operation, input: AnyInput, signal?: AbortSignal) {
  const headers: Record<string, string> = { accept: "application/json", ...options.headers?.() };
  if (input.body !== undefined) headers["content-type"] = "application/json";
  if (input.idempotencyKey !== undefined) headers["idempotency-key"] = input.idempotencyKey;
  if (input.ifMatch !== undefined) headers["if-match"] = `"${input.ifMatch}"`;
  const timeout = AbortSignal.timeout(options.timeoutMs ?? 30_000);
  let response: Response;
  let text: string;
  try {
    response = await (options.fetch ?? fetch)(urlOf(options.baseUrl, operation, input), {
      method: operation.method,
      headers,
      body: input.body === undefined ? undefined : JSON.stringify(input.body),
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    text = await response.text();
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new UnreachableError(`No answer from ${options.baseUrl}.`, { cause: error });
  }
  if (!response.ok) throw errorOf(response.status, text, options.baseUrl);
  if (operation.output === undefined) return undefined;
  return operation.output.parse(jsonOf(text, options.baseUrl));
}

function urlOf(baseUrl: string, operation: Operation, input: AnyInput): string {
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(input.params?.[name] ?? ""),
  );
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(input.query ?? {})) {
    if (value !== undefined) query.set(name, String(value));
  }
  return `${baseUrl}${path}${query.size > 0 ? `?${query}` : ""}`;
}

function jsonOf(text: string, baseUrl: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UnreachableError(`${baseUrl} answered, but not as Errand's API does.`, { cause: error });
  }
}

function errorOf(status: number, text: string, baseUrl: string): Error {
  // Whatever stands before the API has a limit of its own, and words of its own for it.
  if (status === errorCodes.payload_too_large && !text.includes('"payload_too_large"')) {
    return new ApiError("payload_too_large", status, "The request is too large; a body is at most 256 KB.");
  }
  const strange = new UnreachableError(`${baseUrl} answered ${status}, but not as Errand's API does.`);
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return strange;
  }
  const envelope = errorEnvelope.safeParse(body);
  if (!envelope.success) return strange;
  const { code, message, fields } = envelope.data.error;
  return new ApiError(code, status, message, fields);
}
