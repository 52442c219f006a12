import type { NormalizedSchema } from "@smithy/core/schema";

interface XmlTraits {
  xmlName?: string;
  xmlFlattened?: number;
}

/**
 * The members of an awsQuery request, nested by the input's schema: `Tags.member.1.Key=a` is the first of a list.
 * Numbers and booleans are such; what does not parse stays text, for the decoder to refuse.
 */
export function queryMembers(schema: NormalizedSchema, form: URLSearchParams): Record<string, unknown> {
  return (fromForm(schema, "", new Map(form)) ?? {}) as Record<string, unknown>;
}

function fromForm(schema: NormalizedSchema, path: string, form: ReadonlyMap<string, string>): unknown {
  if (schema.isStructSchema()) {
    const members: Record<string, unknown> = {};
    for (const [name, member] of schema.structIterator()) {
      const traits = member.getMergedTraits() as XmlTraits;
      const value = fromForm(member, join(path, traits.xmlName ?? name), form);
      if (value !== undefined) members[name] = value;
    }
    return path === "" || Object.keys(members).length > 0 ? members : undefined;
  }
  if (schema.isListSchema()) {
    if (form.get(path) === "") return [];
    const items: unknown[] = [];
    for (let n = 1; ; n += 1) {
      const item = fromForm(schema.getValueSchema(), join(path, isFlat(schema) ? `${n}` : `member.${n}`), form);
      if (item === undefined) return items.length > 0 ? items : undefined;
      items.push(item);
    }
  }
  if (schema.isMapSchema()) {
    const entries: [string, unknown][] = [];
    for (let n = 1; ; n += 1) {
      const at = join(path, isFlat(schema) ? `${n}` : `entry.${n}`);
      const key = form.get(join(at, "key"));
      if (key === undefined) return entries.length > 0 ? Object.fromEntries(entries) : undefined;
      entries.push([key, fromForm(schema.getValueSchema(), join(at, "value"), form)]);
    }
  }
  return scalar(schema, form.get(path));
}

function scalar(schema: NormalizedSchema, text: string | undefined): unknown {
  if (text === undefined) return undefined;
  if (schema.isBooleanSchema() && (text === "true" || text === "false")) return text === "true";
  if (schema.isNumericSchema() && text !== "" && Number.isFinite(Number(text))) return Number(text);
  return text;
}

/** What is inside the element of an awsQuery answer's result. */
export function queryXml(schema: NormalizedSchema, value: unknown): string {
  if (value === undefined || value === null) return "";
  if (schema.isStructSchema()) {
    return [...schema.structIterator()]
      .map(([name, member]) => element(member, name, (value as Record<string, unknown>)[name]))
      .join("");
  }
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  return escapeXml(String(value));
}

function element(schema: NormalizedSchema, name: string, value: unknown): string {
  if (value === undefined || value === null) return "";
  const tag = (schema.getMergedTraits() as XmlTraits).xmlName ?? name;
  if (schema.isListSchema()) {
    const item = schema.getValueSchema();
    const inner = (value as unknown[]).map(
      (one) => `<${isFlat(schema) ? tag : "member"}>${queryXml(item, one)}</${isFlat(schema) ? tag : "member"}>`,
    );
    return isFlat(schema) ? inner.join("") : `<${tag}>${inner.join("")}</${tag}>`;
  }
  if (schema.isMapSchema()) {
    const of = schema.getValueSchema();
    const inner = Object.entries(value as Record<string, unknown>).map(
      ([key, one]) => `<entry><key>${escapeXml(key)}</key><value>${queryXml(of, one)}</value></entry>`,
    );
    return `<${tag}>${inner.join("")}</${tag}>`;
  }
  return `<${tag}>${queryXml(schema, value)}</${tag}>`;
}

export function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function isFlat(schema: NormalizedSchema): boolean {
  return (schema.getMergedTraits() as XmlTraits).xmlFlattened !== undefined;
}

function join(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}
