/** What rows of the table have in common: how attributes and keys are written down for electrodb. */
export const model = (entity: string) => ({ entity, version: "1", service: "errand" });
export const needed = { type: "string", required: true } as const;
export const optional = { type: "string" } as const;
export const count = { type: "number", required: true, default: 0 } as const;
export const strings = { type: "list", items: { type: "string" } } as const;
export const createdAt = { type: "string", required: true, readOnly: true } as const;

export function at<const Pk extends readonly string[], const Sk extends readonly string[]>(pk: Pk, sk: Sk) {
  return {
    pk: { field: "pk", composite: pk, casing: "none" },
    sk: { field: "sk", composite: sk, casing: "none" },
  } as const;
}
export function gsi<const N extends 1 | 2 | 3, const Pk extends readonly string[], const Sk extends readonly string[]>(
  n: N,
  pk: Pk,
  sk: Sk,
) {
  return {
    index: `gsi${n}`,
    pk: { field: `gsi${n}pk`, composite: pk, casing: "none" },
    sk: { field: `gsi${n}sk`, composite: sk, casing: "none" },
  } as const;
}

/** A row is in the sparse index while `sweep` says what it waits for, unless another row tells that. */
export function inSweep<const Pk extends readonly string[], const Sk extends readonly string[]>(pk: Pk, sk: Sk) {
  return {
    index: "gsi4",
    condition: (row: { sweep?: string }) => row.sweep !== "none" && row.sweep !== "scheduled",
    pk: { field: "gsi4pk", composite: pk, casing: "none" },
    sk: { field: "gsi4sk", composite: sk, casing: "none" },
  } as const;
}
