import { AwsError } from "../protocol/errors.ts";

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Record<string, unknown>;
  readonly DependsOn?: string | string[];
  readonly DeletionPolicy?: string;
}

export interface Template {
  readonly Description?: string;
  readonly Parameters?: Record<string, { Type: string; Default?: string }>;
  readonly Resources: Record<string, TemplateResource>;
  readonly Outputs?: Record<string, { Value: unknown; Description?: string; Export?: { Name: unknown } }>;
}

/** What a template's functions read. */
export interface Scope {
  /** A parameter's value or a resource's physical id; undefined for what the template does not have. */
  ref(name: string): string | undefined;
  /** Undefined for a resource that the template does not have. */
  attribute(name: string, attribute: string): string | undefined;
  /** Undefined for what no stack exports. */
  imported(name: string): string | undefined;
  readonly region: string;
}

/** Throws the ValidationError that CloudFormation answers for what is no template of resources. */
export function parseTemplate(body: string): Template {
  try {
    const template = JSON.parse(body) as Template;
    if (Object.keys(template.Resources).length > 0) return template;
  } catch {
    // Told below.
  }
  throw invalid("Template format error: at least one Resources member must be defined.");
}

/** A value of a template with its functions carried out. Throws ValidationError for one that cannot be. */
export function resolve(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) return value.map((item) => resolve(item, scope)).filter((item) => item !== undefined);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  const [first] = entries;
  if (entries.length === 1 && first !== undefined && /^(Ref|Fn::\w+)$/.test(first[0])) {
    return callFunction(first[0], first[1], scope);
  }
  return Object.fromEntries(entries.map(([key, inner]) => [key, resolve(inner, scope)]));
}

function callFunction(name: string, argument: unknown, scope: Scope): unknown {
  switch (name) {
    case "Ref":
      if (argument === "AWS::NoValue") return undefined;
      return scope.ref(String(argument)) ?? unresolved(String(argument));
    case "Fn::GetAtt": {
      const [resource = "", attribute = ""] =
        typeof argument === "string" ? argument.split(/\.(.*)/s) : (argument as string[]);
      return scope.attribute(resource, attribute) ?? unresolved(resource);
    }
    case "Fn::ImportValue": {
      const exported = String(resolve(argument, scope));
      const found = scope.imported(exported);
      if (found === undefined) throw invalid(`No export named ${exported} found.`);
      return found;
    }
    case "Fn::Join": {
      const [separator, parts] = argument as [string, unknown];
      return (resolve(parts, scope) as unknown[]).join(separator);
    }
    case "Fn::Select": {
      const [index, list] = resolve(argument, scope) as [number, unknown[]];
      return list[Number(index)];
    }
    case "Fn::Split": {
      const [separator, text] = resolve(argument, scope) as [string, string];
      return text.split(separator);
    }
    case "Fn::GetAZs":
      return ["a", "b", "c"].map((letter) => `${scope.region}${letter}`);
    case "Fn::Cidr":
      return cidrs(resolve(argument, scope) as [string, string, string]);
    case "Fn::Sub":
      return substitute(argument, scope);
    default:
      throw invalid(`Template error: the function ${name} is not built here.`);
  }
}

/** `count` blocks of 2^bits addresses each, from the beginning of a block of IPv4. */
function cidrs([block, count, bits]: [string, string, string]): string[] {
  const start = (block.split("/")[0] ?? "").split(".").reduce((sum, byte) => sum * 256 + Number(byte), 0);
  return Array.from({ length: Number(count) }, (_, index) => {
    const address = start + index * 2 ** Number(bits);
    return `${[24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".")}/${32 - Number(bits)}`;
  });
}

function substitute(argument: unknown, scope: Scope): string {
  const [text, own] = (Array.isArray(argument) ? argument : [argument, {}]) as [string, Record<string, unknown>];
  return text.replaceAll(/\$\{([^}]+)\}/g, (_, name: string) => {
    if (name.startsWith("!")) return `\${${name.slice(1)}}`;
    if (name in own) return String(resolve(own[name], scope));
    const call = name.includes(".") && !name.startsWith("AWS::") ? "Fn::GetAtt" : "Ref";
    return String(callFunction(call, name, scope));
  });
}

function unresolved(name: string): never {
  throw invalid(
    `Template format error: Unresolved resource dependencies [${name}] in the Resources block of the template`,
  );
}

export function invalid(message: string): AwsError {
  return new AwsError("ValidationError", message, { status: 400 });
}
