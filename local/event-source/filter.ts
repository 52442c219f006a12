import type { EventPattern } from "../../core/run/follow-up-source.ts";

/**
 * True when an event fits a pattern of Lambda's filter criteria. Of their syntax this knows exact values, which is what
 * Errand uses; another kind of rule throws.
 */
export function fits(pattern: EventPattern, event: unknown): boolean {
  return Object.entries(pattern).every(([field, rule]) => {
    const value = isObject(event) ? event[field] : undefined;
    if (!Array.isArray(rule)) return fits(rule as EventPattern, value);
    for (const allowed of rule) {
      if (isObject(allowed)) throw new Error(`The rule ${JSON.stringify(allowed)} for ${field} is not built here.`);
    }
    return rule.includes(value);
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
