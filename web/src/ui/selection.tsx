import classes from "./selection.module.css";

/** Which rows of a list are picked. */
export interface Selection<Row> {
  picked: ReadonlyMap<string, Row>;
  has: (key: string) => boolean;
  /** Picks a row, or no longer; with `through` also all between it and the row that was picked last. */
  toggle: (rows: readonly Row[], index: number, keyOf: (row: Row) => string, through: boolean) => void;
  /** Picks all of these, and nothing else. */
  pick: (rows: readonly Row[], keyOf: (row: Row) => string) => void;
  clear: () => void;
}

interface Part<Row> {
  selection: Selection<Row>;
  rows: readonly Row[];
  keyOf: (row: Row) => string;
}

export function SelectOne<Row>({ selection, rows, index, keyOf, name }: Part<Row> & { index: number; name: string }) {
  const row = rows[index];
  const isOn = row !== undefined && selection.has(keyOf(row));
  return (
    <input
      type="checkbox"
      className={classes.box}
      aria-label={`Select ${name}`}
      checked={isOn}
      onChange={() => {}}
      onClick={(event) => selection.toggle(rows, index, keyOf, event.shiftKey)}
    />
  );
}

/** All the rows that are loaded, or none. */
export function SelectAll<Row>({ selection, rows, keyOf }: Part<Row>) {
  const isAll = rows.length > 0 && rows.every((row) => selection.has(keyOf(row)));
  const isSome = selection.picked.size > 0 && !isAll;
  return (
    <input
      type="checkbox"
      className={classes.box}
      aria-label="Select all that are loaded"
      checked={isAll}
      ref={(box) => {
        if (box) box.indeterminate = isSome;
      }}
      disabled={rows.length === 0}
      onChange={() => (isAll ? selection.clear() : selection.pick(rows, keyOf))}
    />
  );
}
