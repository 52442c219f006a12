import { Skeleton } from "@mantine/core";
import { IconArrowDown, IconArrowsSort, IconArrowUp } from "@tabler/icons-react";
import { type CSSProperties, type MouseEvent, type ReactNode, type RefObject, useEffect, useRef } from "react";
import { SelectAll, type Selection, SelectOne } from "./selection.tsx";
import { useListKeys } from "./use-list-keys.ts";
import { useTableWidth } from "./use-table-width.ts";
import { useWindow } from "./use-window.ts";
import classes from "./virtual-table.module.css";

export interface Column<Row> {
  id: string;
  title: string;
  /** A track of a CSS grid. */
  width: string;
  cell: (row: Row) => ReactNode;
  align?: "right";
  /** Left out while the table is narrower than so many pixels. */
  from?: number;
  /** Where it can be ordered by: how it is, and what a click does. */
  sort?: { direction: "ascending" | "descending" | "none"; onSort: () => void };
}

interface VirtualTableProps<Row> {
  label: string;
  /** Undefined while they are on their way: rows without words stand in their place. */
  rows: readonly Row[] | undefined;
  keyOf: (row: Row) => string;
  /** How many rows there are, loaded or not; null where nobody has counted them. */
  total: number | null;
  columns: readonly Column<Row>[];
  /** A row as a card, where there is no room for columns. */
  card: (row: Row) => ReactNode;
  /** Whether there are more than are loaded, and how to get them; asked for as their place comes near. */
  hasMore?: boolean;
  onMore?: () => void;
  selection?: Selection<Row>;
  /** The name of a row, for its checkbox. */
  nameOf?: (row: Row) => string;
  /** The row that is shown beside the table. */
  openKey?: string | undefined;
  /** What a click on a row does, outside of what is in it. */
  onOpen?: (row: Row) => void;
  /** It shows what another filter found, while this one's answer is on its way. */
  isOld?: boolean;
}

const rowHeight = 48;
const cardHeight = 132;
const cardsBelow = 640;

/** A table of any length: only the rows in view are in the page, its head stays in sight, and j and k go through it. */
export function VirtualTable<Row>(props: VirtualTableProps<Row>) {
  const frame = useRef<HTMLDivElement>(null);
  const width = useTableWidth(frame);
  useListKeys(frame);
  const Shape = width < cardsBelow ? Cards : Table;
  return (
    <div ref={frame} data-old={props.isOld || undefined} className={classes.frame}>
      {width > 0 && <Shape {...props} columns={props.columns.filter(({ from = 0 }) => from <= width)} frame={frame} />}
    </div>
  );
}

type ShapeProps<Row> = VirtualTableProps<Row> & { frame: RefObject<HTMLDivElement | null> };

function Table<Row>(props: ShapeProps<Row>) {
  const { rows, columns, total, selection, label, keyOf } = props;
  const list = useRows(props, rowHeight);
  const tracks = [...(selection ? ["36px"] : []), ...columns.map(({ width }) => width)].join(" ");
  return (
    <table
      className={classes.table}
      aria-label={label}
      aria-busy={rows === undefined}
      aria-rowcount={total === null ? -1 : total + 1}
      style={{ "--tracks": tracks } as CSSProperties}
    >
      <thead className={classes.head}>
        <tr aria-rowindex={1}>
          {selection && (
            <th className={classes.mark}>
              <SelectAll selection={selection} rows={rows ?? []} keyOf={keyOf} />
            </th>
          )}
          {columns.map((column) => (
            <Heading key={column.id} column={column} />
          ))}
        </tr>
      </thead>
      <tbody style={{ height: list.height }}>
        {rows === undefined
          ? waiting.map((key) => <WaitingRow key={key} columns={columns} marked={selection !== undefined} />)
          : list.items.map(({ index, start }) => (
              <TableRow key={rowKey(rows, index, keyOf)} {...props} index={index} start={start} />
            ))}
      </tbody>
    </table>
  );
}

function Heading<Row>({ column: { title, align, sort } }: { column: Column<Row> }) {
  if (!sort) return <th data-align={align}>{title}</th>;
  const { direction, onSort } = sort;
  const Icon = direction === "none" ? IconArrowsSort : direction === "descending" ? IconArrowDown : IconArrowUp;
  return (
    <th data-align={align} aria-sort={direction}>
      <button type="button" className={classes.sort} data-sorted={direction !== "none" || undefined} onClick={onSort}>
        {title}
        <Icon size={14} aria-hidden />
      </button>
    </th>
  );
}

function TableRow<Row>(props: ShapeProps<Row> & { index: number; start: number }) {
  const { rows = [], columns, keyOf, index, start, selection, nameOf, openKey, onOpen } = props;
  const row = rows[index];
  const style = { transform: `translateY(${start}px)` };
  if (row === undefined) return <WaitingRow columns={columns} marked={selection !== undefined} style={style} />;
  const key = keyOf(row);
  return (
    <tr
      aria-rowindex={index + 2}
      data-row={key}
      data-open={key === openKey || undefined}
      data-selected={selection?.has(key) || undefined}
      data-opens={onOpen !== undefined || undefined}
      style={style}
      onClick={onOpen && ((event) => isOnRow(event) && onOpen(row))}
    >
      {selection && (
        <td className={classes.mark}>
          <SelectOne selection={selection} rows={rows} index={index} keyOf={keyOf} name={nameOf?.(row) ?? key} />
        </td>
      )}
      {columns.map(({ id, align, cell }) => (
        <td key={id} data-align={align}>
          {cell(row)}
        </td>
      ))}
    </tr>
  );
}

/** Links, buttons and fields in a row, and what they open, mean something of their own; so does text that is marked. */
function isOnRow({ target, currentTarget }: MouseEvent): boolean {
  const at = target as Element;
  if (!currentTarget.contains(at) || at.closest("a, button, input, label, [role=menu]")) return false;
  return window.getSelection()?.isCollapsed !== false;
}

function WaitingRow<Row>({
  columns,
  marked,
  style,
}: {
  columns: readonly Column<Row>[];
  marked: boolean;
  style?: CSSProperties;
}) {
  return (
    <tr aria-hidden style={style} data-waiting>
      {marked && <td className={classes.mark} />}
      {columns.map(({ id, align }, index) => (
        <td key={id} data-align={align}>
          <Skeleton height={12} width={index === 0 ? "70%" : "55%"} ml={align && "auto"} />
        </td>
      ))}
    </tr>
  );
}

/** The same on a phone. */
function Cards<Row>(props: ShapeProps<Row>) {
  const { rows, keyOf, card, label, total, selection, nameOf, openKey, onOpen } = props;
  const list = useRows(props, cardHeight);
  if (rows === undefined) {
    return (
      <ul className={classes.cards} aria-label={label} aria-busy>
        {waiting.slice(0, 5).map((key) => (
          <li key={key} className={classes.waitingCard}>
            <Skeleton height={14} width="60%" />
            <Skeleton height={12} width="40%" mt={12} />
            <Skeleton height={12} width="75%" mt={10} />
          </li>
        ))}
      </ul>
    );
  }
  return (
    <ul className={classes.cards} aria-label={label} style={{ height: list.height }}>
      {list.items.map(({ index, start }) => {
        const row = rows[index];
        const key = rowKey(rows, index, keyOf);
        return (
          // biome-ignore lint/a11y/useKeyWithClickEvents: what it opens has a link in the card, which the keyboard reaches.
          <li
            key={key}
            ref={list.measure}
            data-index={index}
            data-row={key}
            data-open={key === openKey || undefined}
            data-selected={selection?.has(key) || undefined}
            aria-posinset={index + 1}
            aria-setsize={total ?? -1}
            style={{ transform: `translateY(${start}px)` }}
            onClick={onOpen && ((event) => row !== undefined && isOnRow(event) && onOpen(row))}
          >
            <div className={classes.card}>
              {row === undefined ? <Skeleton height={14} width="60%" /> : card(row)}
              {selection && row !== undefined && (
                <span className={classes.cardMark}>
                  <SelectOne
                    selection={selection}
                    rows={rows}
                    index={index}
                    keyOf={keyOf}
                    name={nameOf?.(row) ?? key}
                  />
                </span>
              )}
            </div>
          </li>
        );
      })}
    </ul>
  );
}

const waiting = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];
/** Rows without words at the end, while more are on their way. */
const spare = 3;

function rowKey<Row>(rows: readonly Row[], index: number, keyOf: (row: Row) => string): string {
  const row = rows[index];
  return row === undefined ? `more-${index - rows.length}` : keyOf(row);
}

/** The rows in view and a few around them; when the last one that is loaded comes near, more are asked for. */
function useRows<Row>({ rows, keyOf, hasMore = false, onMore, frame }: ShapeProps<Row>, height: number) {
  const loaded = rows?.length ?? 0;
  const count = rows === undefined ? 0 : loaded + (hasMore ? spare : 0);
  const list = useWindow(frame, count, height, (index) => rowKey(rows ?? [], index, keyOf));
  const last = list.items.at(-1)?.index ?? 0;
  const isNear = hasMore && loaded > 0 && last >= loaded - 20;
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows that came may not have been enough.
  useEffect(() => {
    if (isNear) onMore?.();
  }, [isNear, loaded, onMore]);
  return rows === undefined ? { ...list, height: waiting.length * rowHeight } : list;
}
