import { createHash, randomUUID } from "node:crypto";
import { nameOf } from "./names.ts";
import { invalid, parseTemplate, resolve, type Scope, type Template } from "./template.ts";

export interface Resource {
  readonly logicalId: string;
  readonly type: string;
  readonly physicalId: string;
  readonly properties: Record<string, unknown>;
  readonly retained: boolean;
  readonly key: string | undefined;
}

export interface Output {
  readonly key: string;
  readonly value: string;
  readonly description: string | undefined;
  readonly exportName: string | undefined;
}

export interface Event {
  readonly logicalId: string;
  readonly type: string;
  readonly physicalId: string;
  readonly status: string;
  readonly reason: string | undefined;
  readonly at: Date;
  readonly id: string;
}

export interface Stack {
  readonly name: string;
  readonly id: string;
  readonly region: string;
  readonly createdAt: Date;
  status: string;
  reason: string | undefined;
  body: string;
  resources: Resource[];
  outputs: Output[];
  imports: string[];
  readonly events: Event[];
}

/** What a template comes to. */
export interface Plan {
  readonly resources: Resource[];
  readonly outputs: Output[];
  readonly imports: string[];
}

export interface World {
  readonly account: string;
  readonly now: () => number;
  /** The value that a stack of the region exports. */
  exported(region: string, name: string): string | undefined;
  parameter(region: string, name: string): string | undefined;
}

export function newStack(world: World, name: string, region: string): Stack {
  return {
    name,
    id: `arn:aws:cloudformation:${region}:${world.account}:stack/${name}/${randomUUID()}`,
    region,
    createdAt: new Date(world.now()),
    status: "REVIEW_IN_PROGRESS",
    reason: undefined,
    body: "",
    resources: [],
    outputs: [],
    imports: [],
    events: [],
  };
}

/** Carries out a template's functions, each resource after those it refers to. Throws ValidationError. */
export function plan(world: World, stack: Stack, body: string): Plan {
  const template = parseTemplate(body);
  const made = new Map<string, Resource>();
  const underWay = new Set<string>();
  const imports = new Set<string>();

  const scope: Scope = {
    region: stack.region,
    ref: (name) => pseudo(world, stack, name) ?? parameter(world, stack, template, name) ?? make(name)?.physicalId,
    attribute: (name, attribute) => {
      const resource = make(name);
      return resource && attributeOf(world, stack, resource, attribute);
    },
    imported: (name) => {
      imports.add(name);
      return world.exported(stack.region, name);
    },
  };

  function make(logicalId: string): Resource | undefined {
    const source = template.Resources[logicalId];
    if (!source) return undefined;
    const ready = made.get(logicalId);
    if (ready) return ready;
    if (underWay.has(logicalId)) throw invalid(`Circular dependency between resources: [${logicalId}]`);
    underWay.add(logicalId);
    for (const other of [source.DependsOn ?? []].flat()) {
      if (!make(other)) throw invalid(`Template format error: Unresolved resource dependencies [${other}]`);
    }
    const properties = (resolve(source.Properties ?? {}, scope) ?? {}) as Record<string, unknown>;
    const named = nameOf(source.Type, properties, stack.region);
    const resource: Resource = {
      logicalId,
      type: source.Type,
      physicalId: named?.name ?? drawnName(stack, logicalId),
      properties,
      retained: source.DeletionPolicy === "Retain",
      key: named?.key,
    };
    made.set(logicalId, resource);
    return resource;
  }

  for (const logicalId of Object.keys(template.Resources)) make(logicalId);
  const outputs = Object.entries(template.Outputs ?? {}).map(([key, output]) => ({
    key,
    value: String(resolve(output.Value, scope)),
    description: output.Description,
    exportName: output.Export === undefined ? undefined : String(resolve(output.Export.Name, scope)),
  }));
  return { resources: [...made.values()], outputs, imports: [...imports] };
}

export function record(world: World, stack: Stack, of: Omit<Event, "at" | "id">): void {
  stack.events.unshift({ ...of, at: new Date(world.now()), id: randomUUID() });
}

export function setStatus(world: World, stack: Stack, status: string, reason?: string): void {
  stack.status = status;
  stack.reason = reason;
  const type = "AWS::CloudFormation::Stack";
  record(world, stack, { logicalId: stack.name, type, physicalId: stack.id, status, reason });
}

function pseudo(world: World, stack: Stack, name: string): string | undefined {
  const values: Record<string, string> = {
    "AWS::AccountId": world.account,
    "AWS::Partition": "aws",
    "AWS::Region": stack.region,
    "AWS::StackId": stack.id,
    "AWS::StackName": stack.name,
    "AWS::URLSuffix": "amazonaws.com",
  };
  return values[name];
}

function parameter(world: World, stack: Stack, template: Template, name: string): string | undefined {
  const declared = template.Parameters?.[name];
  if (!declared) return undefined;
  if (!declared.Type.startsWith("AWS::SSM::Parameter::Value")) return declared.Default ?? "";
  const value = world.parameter(stack.region, declared.Default ?? "");
  if (value !== undefined) return value;
  throw invalid(`Unable to fetch parameters [${declared.Default}] from parameter store for this account.`);
}

/** The same at each deployment of the stack, as on AWS. */
function drawnName(stack: Stack, logicalId: string): string {
  const hash = createHash("sha256").update(`${stack.id}/${logicalId}`).digest("hex");
  return `${stack.name}-${logicalId}-${hash.slice(0, 12)}`.toLowerCase();
}

function attributeOf(world: World, stack: Stack, resource: Resource, attribute: string): string {
  const given = resource.properties[attribute];
  if (typeof given === "string") return given;
  if (!/Arn$|ARN$/.test(attribute)) return `${resource.physicalId}.${attribute}`;
  const [, service = "", kind = ""] = resource.type.toLowerCase().split("::");
  return `arn:aws:${service}:${stack.region}:${world.account}:${kind}/${resource.physicalId}`;
}
