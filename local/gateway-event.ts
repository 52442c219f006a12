import type { IncomingMessage } from "node:http";
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";

/** What the front knows besides the request itself. */
export interface EventContext {
  stage: string;
  accountId: string;
  requestId: string;
  now: Date;
}

/**
 * A REST API's proxy event (payload format 1.0) for a request to `ANY /{proxy+}`. The body is base64, as where every media
 * type is a binary one: as text, API Gateway would replace what is no UTF-8.
 */
export function toProxyEvent(request: IncomingMessage, body: Buffer, context: EventContext): APIGatewayProxyEvent {
  const url = new URL(request.url ?? "/", "http://localhost");
  const method = request.method ?? "GET";
  const headers = headersOf(request.rawHeaders);
  const query = queryOf(url.searchParams);
  return {
    resource: "/{proxy+}",
    path: url.pathname,
    httpMethod: method,
    headers: lastOf(headers),
    multiValueHeaders: headers,
    queryStringParameters: query && lastOf(query),
    multiValueQueryStringParameters: query,
    pathParameters: url.pathname === "/" ? null : { proxy: decode(url.pathname.slice(1)) },
    stageVariables: null,
    requestContext: requestContext(request, url.pathname, method, context),
    body: body.length > 0 ? body.toString("base64") : null,
    isBase64Encoded: body.length > 0,
  };
}

function requestContext(request: IncomingMessage, path: string, method: string, context: EventContext) {
  const host = request.headers.host ?? "localhost";
  return {
    accountId: context.accountId,
    apiId: "local",
    authorizer: null,
    domainName: host,
    domainPrefix: host.split(/[.:]/)[0] ?? host,
    extendedRequestId: context.requestId,
    httpMethod: method,
    identity: {
      accessKey: null,
      accountId: null,
      apiKey: null,
      apiKeyId: null,
      caller: null,
      clientCert: null,
      cognitoAuthenticationProvider: null,
      cognitoAuthenticationType: null,
      cognitoIdentityId: null,
      cognitoIdentityPoolId: null,
      principalOrgId: null,
      sourceIp: request.socket.remoteAddress ?? "127.0.0.1",
      user: null,
      userAgent: request.headers["user-agent"] ?? null,
      userArn: null,
    },
    path: `/${context.stage}${path}`,
    protocol: `HTTP/${request.httpVersion}`,
    requestId: context.requestId,
    requestTime: commonLogTime(context.now),
    requestTimeEpoch: context.now.getTime(),
    resourceId: "proxy",
    resourcePath: "/{proxy+}",
    stage: context.stage,
  };
}

/** The answer as Node's `writeHead` takes it, or undefined for what API Gateway calls a malformed proxy response. */
export function fromProxyResult(result: unknown) {
  const { statusCode, headers, multiValueHeaders, body, isBase64Encoded } = (result ?? {}) as APIGatewayProxyResult;
  const status = Number(statusCode);
  if (!Number.isInteger(status) || status < 100 || status > 599) return undefined;
  if (body !== undefined && body !== null && typeof body !== "string") return undefined;
  const merged = new Map<string, { name: string; values: string[] }>();
  for (const [name, value] of Object.entries({ ...headers, ...multiValueHeaders })) {
    const values = (Array.isArray(value) ? value : [value]).map(String);
    const earlier = merged.get(name.toLowerCase());
    const isNew = !earlier || Array.isArray(value);
    if (isNew) merged.set(name.toLowerCase(), { name, values });
  }
  return {
    status,
    headers: Object.fromEntries([...merged.values()].map(({ name, values }) => [name, values])),
    body: Buffer.from(body ?? "", isBase64Encoded ? "base64" : "utf8"),
  };
}

/** Names may be those of every object's own parts, such as `constructor`: a Map keeps them apart. */
function headersOf(raw: string[]): Record<string, string[]> {
  const headers = new Map<string, { name: string; values: string[] }>();
  for (let index = 0; index < raw.length; index += 2) {
    const name = raw[index] as string;
    const known = headers.get(name.toLowerCase()) ?? { name, values: [] };
    known.values.push(raw[index + 1] as string);
    headers.set(name.toLowerCase(), known);
  }
  return Object.fromEntries([...headers.values()].map(({ name, values }) => [name, values]));
}

function queryOf(params: URLSearchParams): Record<string, string[]> | null {
  if (params.size === 0) return null;
  return Object.fromEntries([...params.keys()].map((name) => [name, params.getAll(name)]));
}

function lastOf(values: Record<string, string[]>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, all]) => [name, all.at(-1) as string]));
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** `20/Nov/2026:06:20:00 +0000` */
function commonLogTime(date: Date): string {
  const [, day, month, year, time] = date.toUTCString().split(" ");
  return `${day}/${month}/${year}:${time} +0000`;
}
