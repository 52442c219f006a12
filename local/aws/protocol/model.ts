import { NormalizedSchema } from "@smithy/core/schema";

/** The services this server speaks for, by the name in the credential scope of a signed request. */
export type ServiceName =
  | "ecs"
  | "scheduler"
  | "logs"
  | "secretsmanager"
  | "ses"
  | "sts"
  | "cloudformation"
  | "ec2"
  | "ecr"
  | "s3"
  | "servicequotas"
  | "ssm";

type Protocol = "awsJson1_1" | "restJson1" | "awsQuery";

export interface Operation {
  readonly name: string;
  readonly input: NormalizedSchema;
  readonly output: NormalizedSchema;
  /** Only for restJson1: the method, the path template (`/schedules/{Name}`) and the status of success. */
  readonly http: { method: string; segments: string[]; status: number } | undefined;
}

export interface ServiceModel {
  readonly service: ServiceName;
  readonly protocol: Protocol;
  readonly operations: ReadonlyMap<string, Operation>;
  /** The modelled exceptions by name: their HTTP status and the spelling of their message member. */
  readonly exceptions: ReadonlyMap<string, { status: number; messageMember: string }>;
  /** `Structure.member` → the values the enum allows. Schemas carry no enums, so each service names its own. */
  readonly enums: Readonly<Record<string, readonly string[]>>;
  /** The exception for a required member that is missing or a value outside its enum. */
  readonly invalid: string;
}

export interface ModelOptions {
  service: ServiceName;
  protocol: Protocol;
  /** The namespace import of the service's SDK client, which exports every schema under `<Shape>$`. */
  client: Record<string, unknown>;
  enums?: Record<string, readonly string[]>;
  invalid: string;
}

const OPERATION = 9;
const ERROR = -3;

/** Reads a service's model out of the schemas its SDK v3 client exports. */
export function loadModel(options: ModelOptions): ServiceModel {
  const operations = new Map<string, Operation>();
  const exceptions = new Map<string, { status: number; messageMember: string }>();
  for (const [key, schema] of Object.entries(options.client)) {
    if (!key.endsWith("$") || !Array.isArray(schema)) continue;
    if (schema[0] === OPERATION) operations.set(schema[2], operation(schema));
    if (schema[0] === ERROR) exceptions.set(schema[2], exception(schema));
  }
  const { service, protocol, invalid } = options;
  return { service, protocol, operations, exceptions, enums: options.enums ?? {}, invalid };
}

function operation(schema: unknown[]): Operation {
  const [, , name, traits, input, output] = schema as [number, string, string, unknown, never, never];
  const http = (traits as { http?: [string, string, number] } | 0) || {};
  return {
    name,
    input: NormalizedSchema.of(input),
    output: NormalizedSchema.of(output),
    http: http.http && {
      method: http.http[0],
      segments: (http.http[1].split("?")[0] ?? "").split("/").filter((segment) => segment !== ""),
      status: http.http[2],
    },
  };
}

function exception(schema: unknown[]): { status: number; messageMember: string } {
  const traits = (schema[3] || {}) as { httpError?: number; error?: string };
  const members = (schema[4] ?? []) as string[];
  return {
    status: traits.httpError ?? (traits.error === "server" ? 500 : 400),
    messageMember: members.find((member) => member.toLowerCase() === "message") ?? "message",
  };
}
