import { useVirtualizer } from "@tanstack/react-virtual";
import {
  type CSSProperties,
  type KeyboardEvent,
  type MouseEvent,
  type RefObject,
  useCallback,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { estimateHeight } from "./estimate.ts";
import classes from "./log.module.css";
import { Row } from "./log-row.tsx";
import type { Place } from "./log-window.ts";
import { isRowAt, placeOf } from "./place.ts";
import type { LogRow } from "./rows.ts";
import { useColumns } from "./use-columns.ts";
import { nearEnd, useEndWatch } from "./use-end-watch.ts";

/** What the viewer asks of the list. */
export interface ListHandle {
  toEnd: () => void;
  toStart: () => void;
  /** Brings a row to the middle, and makes it the one from which the keyboard goes on. */
  toRow: (index: number) => void;
  firstVisible: () => LogRow | undefined;
  focus: () => void;
}

interface LogListProps {
  handle: RefObject<ListHandle | null>;
  label: string;
  rows: readonly LogRow[];
  /** Characters of the longest line number. */
  digits: number;
  wrap: boolean;
  showTime: boolean;
  following: boolean;
  opening: boolean;
  linked: Place | null;
  pattern: RegExp | undefined;
  onFold: (id: number) => void;
  onPick: (place: Place) => void;
  /** Somebody scrolled away from the end, or back to it. */
  onLeaveEnd: () => void;
  onReachEnd: () => void;
  /** The visible rows, so that more can be loaded in time. */
  onRange: (first: number, last: number) => void;
  onKey: (event: KeyboardEvent) => void;
}

/** The rows of a log of which only those in view are in the page. Rows that come before keep the view where it is. */
export function LogList(props: LogListProps) {
  const { rows, wrap, showTime, following, onRange } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const ruler = useRef<HTMLSpanElement>(null);
  // What the view was brought to; it holds on to that until somebody moves it.
  const aim = useRef<{ key: string; align: "center" | "start" } | null>(null);
  const [current, setCurrent] = useState<string | null>(null);
  const columns = useColumns(scroller, ruler, wrap, props.digits + (showTime ? 9 : 0));
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: useCallback((index: number) => estimateHeight(rows[index], columns), [rows, columns]),
    getItemKey: useCallback((index: number) => rows[index]?.key ?? index, [rows]),
    overscan: 14,
    paddingEnd: 12,
    // Whoever follows is kept at the end below; anyone else keeps what they read, whatever comes above it.
    anchorTo: following ? "start" : "end",
    scrollEndThreshold: nearEnd,
    useFlushSync: false,
  });
  const items = virtualizer.getVirtualItems();
  const height = virtualizer.getTotalSize();
  const [first, last] = [items[0]?.index ?? 0, items.at(-1)?.index ?? 0];

  useEffect(() => onRange(first, last), [onRange, first, last]);
  // Whoever follows stays at the end, whatever comes and however high it turns out to be.
  // Whoever was brought to a line stays there while the rows around it are measured and more of them come.
  // biome-ignore lint/correctness/useExhaustiveDependencies: other heights and rows are what moves the view.
  useLayoutEffect(() => {
    if (following) toEnd(scroller.current);
    else takeAim();
  }, [following, height, rows, first, last]);
  useKeepPlace(virtualizer, `${columns} ${wrap} ${showTime}`, following, rows.length);

  virtualizer.shouldAdjustScrollPositionOnItemSizeChange = following ? () => false : undefined;
  const watch = useEndWatch(
    () => {
      aim.current = null;
    },
    props.onLeaveEnd,
    props.onReachEnd,
  );
  const visible = () => virtualizer.getVirtualItemForOffset(virtualizer.scrollOffset ?? 0)?.index ?? 0;
  const takeAim = () => {
    if (!aim.current || !scroller.current) return;
    const index = rows.findIndex(({ key }) => key === aim.current?.key);
    const offset = index < 0 ? undefined : virtualizer.getOffsetForIndex(index, aim.current.align)?.[0];
    if (offset !== undefined) scroller.current.scrollTop = offset;
  };
  const aimAt = (index: number, align: "center" | "start") => {
    const key = rows[index]?.key;
    if (key === undefined) return;
    setCurrent(align === "center" ? key : null);
    aim.current = { key, align };
    takeAim();
  };
  useImperativeHandle(props.handle, () => ({
    toEnd: () => {
      aim.current = null;
      toEnd(scroller.current);
    },
    toStart: () => aimAt(0, "start"),
    toRow: (index) => aimAt(index, "center"),
    firstVisible: () => rows[visible()],
    focus: () => scroller.current?.focus(),
  }));

  const step = (by: number) => {
    const at = rows.findIndex(({ key }) => key === current);
    const inView = at >= first && at <= last;
    const next = Math.min(Math.max(inView ? at + by : visible(), 0), rows.length - 1);
    setCurrent(rows[next]?.key ?? null);
    virtualizer.scrollToIndex(next, { align: "auto" });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    watch.noteAct();
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const row = rows.find(({ key }) => key === current);
    if (event.key === "j" || event.key === "k") step(event.key === "j" ? 1 : -1);
    else if (event.key === "Enter" && row?.type === "text" && event.target === scroller.current) {
      if (row.fold) props.onFold(row.fold.id);
    } else return props.onKey(event);
    event.preventDefault();
  };
  const onClick = (event: MouseEvent) => {
    const target = event.target as Element;
    const fold = target.closest("[data-fold]")?.getAttribute("data-fold");
    if (fold) return props.onFold(Number(fold));
    const place = placeOf(target.closest("a")?.getAttribute("href") ?? "");
    if (!place || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    props.onPick(place);
  };
  return (
    <div
      ref={scroller}
      role="log"
      aria-live="off"
      aria-label={props.label}
      aria-keyshortcuts="j k Enter Home End /"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
      tabIndex={0}
      className={classes.scroller}
      data-wrap={wrap}
      data-opening={props.opening || undefined}
      style={{ "--digits": props.digits } as CSSProperties}
      onKeyDown={onKeyDown}
      onClick={onClick}
      {...watch.handlers}
    >
      <span ref={ruler} className={classes.ruler} aria-hidden>
        {"0".repeat(100)}
      </span>
      <div className={classes.sizer} style={{ height }}>
        <div className={classes.rows} style={{ transform: `translateY(${items[0]?.start ?? 0}px)` }}>
          {items.map(({ index, key }) => {
            const row = rows[index];
            if (!row) return null;
            const mark = isRowAt(row, props.linked) ? "linked" : key === current ? "current" : undefined;
            return (
              <Row
                key={key}
                row={row}
                index={index}
                measure={virtualizer.measureElement}
                pattern={props.pattern}
                mark={mark}
                showTime={showTime}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
}

function toEnd(element: HTMLElement | null): void {
  if (element) element.scrollTop = element.scrollHeight;
}

/** When all rows get other heights, what was at the top of the view stays there. */
function useKeepPlace(
  virtualizer: ReturnType<typeof useVirtualizer<HTMLDivElement, Element>>,
  layout: string,
  following: boolean,
  count: number,
): void {
  const before = useRef(layout);
  useEffect(() => {
    if (before.current === layout || count === 0) return;
    before.current = layout;
    const top = virtualizer.getVirtualItemForOffset(virtualizer.scrollOffset ?? 0)?.index ?? 0;
    virtualizer.measure();
    if (!following) virtualizer.scrollToIndex(top, { align: "start" });
  }, [virtualizer, layout, following, count]);
}
