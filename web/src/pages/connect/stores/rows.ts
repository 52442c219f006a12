import { parameterStoreInput, variableName } from "../../../../../contract/parameter-store.ts";
import { sentence } from "../../../lib/errors.ts";
import { faultsOf } from "../../../lib/form-errors.ts";
import { parseDotenv } from "./dotenv.ts";

/** A variable as it is edited. One that the store has already keeps its value while none is typed. */
export interface Row {
  id: number;
  name: string;
  value: string;
  kept: boolean;
  removed: boolean;
}

let lastId = 0;

export function emptyRow(): Row {
  lastId += 1;
  return { id: lastId, name: "", value: "", kept: false, removed: false };
}

export function rowsOf(names: readonly string[]): Row[] {
  return names.map((name) => ({ ...emptyRow(), name, kept: true }));
}

/** Rows of which nothing was typed count for nothing. */
const isEmpty = ({ name, value, kept }: Row): boolean => !kept && name.trim() === "" && value === "";

/** The rows with the variables of a .env text: known names take their values, the others follow. */
export function withDotenv(rows: readonly Row[], text: string): Row[] {
  const found = parseDotenv(text);
  const known = rows.map((row) => {
    const value = found.get(row.name);
    if (value === undefined) return row;
    found.delete(row.name);
    return { ...row, value, removed: false };
  });
  const added = [...found].map(([name, value]) => ({ ...emptyRow(), name, value }));
  return [...known.filter((row) => !isEmpty(row)), ...added];
}

/** What a save would send: variables to set, and names to remove. */
export function changeOf(rows: readonly Row[]): { set: Record<string, string>; remove: string[] } {
  const set = rows.filter((row) => !row.removed && !isEmpty(row) && !(row.kept && row.value === ""));
  return {
    set: Object.fromEntries(set.map(({ name, value }) => [name.trim(), value])),
    remove: rows.filter(({ kept, removed }) => kept && removed).map(({ name }) => name),
  };
}

export interface RowFault {
  name?: string;
  value?: string;
}

/** What is wrong with each row, by its id. */
export function rowFaults(rows: readonly Row[]): Map<number, RowFault> {
  const faults = new Map<number, RowFault>();
  const seen = new Set<string>();
  for (const row of rows) {
    if (isEmpty(row) || row.removed) continue;
    const name = row.name.trim();
    const fault = row.kept ? undefined : nameFault(name, seen);
    const value = valueFault(row.value);
    if (fault || value) faults.set(row.id, { ...(fault && { name: fault }), ...(value && { value }) });
    seen.add(name);
  }
  return faults;
}

function nameFault(name: string, seen: Set<string>): string | undefined {
  if (name === "") return "Give it a name";
  if (seen.has(name)) return "Is there already";
  const parsed = variableName.safeParse(name);
  return parsed.success ? undefined : sentence(parsed.error.issues[0]?.message ?? "is not a name");
}

function valueFault(value: string): string | undefined {
  const fault = faultsOf(parameterStoreInput, { name: "any", values: { ANY: value } })["values.ANY"];
  return fault && sentence(fault);
}
