import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { ListHandle } from "./log-list.tsx";
import type { LogState, LogWindow, Place } from "./log-window.ts";
import { indexOfPlace, nameOf } from "./place.ts";
import type { LogRow } from "./rows.ts";

/** Where the view is to be as soon as the lines for it are there. */
type Goal = { to: "end" } | { to: "start" } | { to: "place"; place: Place; unfold: boolean };

interface Travel {
  log: LogWindow;
  state: LogState;
  rows: readonly LogRow[];
  list: RefObject<ListHandle | null>;
  linked: Place | null;
  unfold: (id: number) => void;
}

/** Moves the view through the log: to its ends, to a line, and along with what is new. */
export function useTravel({ log, state, rows, list, linked, unfold }: Travel) {
  const [following, setFollowing] = useState(linked === null);
  const [atEnd, setAtEnd] = useState(linked === null);
  const goal = useRef<Goal | null>(null);
  const seen = useRef<Place | null>(null);
  const picked = useRef<string | null>(null);
  const last = state.chunks.at(-1)?.lines.at(-1);

  const isLoaded = (place: Place) => indexOfPlace(rows, place) >= 0;
  const follow = (on: boolean) => {
    if (on) return go({ to: "end" });
    log.following = false;
    setFollowing(false);
    seen.current = last ?? null;
  };
  const reach = () => {
    seen.current = null;
    log.following = true;
    setFollowing(true);
    setAtEnd(true);
  };
  const leave = () => {
    if (atEnd) seen.current = last ?? null;
    log.following = false;
    setFollowing(false);
    setAtEnd(false);
  };
  const go = (next: Goal, page?: string | null) => {
    goal.current = next;
    if (next.to === "end") reach();
    else leave();
    if (next.to === "end" && (state.later === "live" || state.later === "end") && state.phase === "open") arrive();
    else if (next.to === "start" && state.earlier === "none" && state.phase === "open") arrive();
    else if (next.to === "place" && isLoaded(next.place)) arrive();
    else if (next.to === "end") void log.openEnd();
    else if (next.to === "start") void log.openStart();
    else void (page === undefined ? log.openLine(next.place) : log.openPage(page));
  };
  const arrive = () => {
    const target = goal.current;
    if (!target || !list.current) return;
    if (target.to === "place") {
      const index = indexOfPlace(rows, target.place);
      const row = rows[index];
      const isFolded = row?.type === "text" && row.fold && !row.fold.open;
      if (isFolded && (target.unfold || row.line.n !== target.place.n)) return unfold(row.fold?.id ?? 0);
      if (row) list.current.toRow(index);
      else list.current.toEnd();
    } else if (target.to === "end") list.current.toEnd();
    else list.current.toStart();
    goal.current = null;
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: opened once for each log, at the line that the address names.
  useEffect(() => {
    go(linked ? { to: "place", place: linked, unfold: false } : { to: "end" });
  }, [log]);
  const name = linked && nameOf(linked);
  const opened = useRef(name);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another address moves the view.
  useEffect(() => {
    if (opened.current === name) return;
    opened.current = name;
    if (linked && picked.current !== name) go({ to: "place", place: linked, unfold: false });
  }, [name]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: new rows are what a goal waits for.
  useLayoutEffect(() => {
    if (state.phase === "open" && rows.length > 0) arrive();
  }, [state.phase, rows]);

  return {
    following,
    atEnd,
    news: newsSince(seen.current, last),
    follow,
    toEnd: () => go({ to: "end" }),
    toStart: () => go({ to: "start" }),
    toPlace: (place: Place, page: string | null | undefined) => go({ to: "place", place, unfold: true }, page),
    reopen: () => go(linked ? { to: "place", place: linked, unfold: false } : { to: "end" }),
    /** A line that is clicked is in view already. */
    notePick: (place: Place) => {
      picked.current = nameOf(place);
    },
    onLeaveEnd: leave,
    onReachEnd: () => {
      if (state.later !== "live" && state.later !== "end") return;
      reach();
    },
  };
}

function newsSince(seen: Place | null, last: Place | undefined): number | null {
  if (!seen || !last) return 0;
  return seen.attempt === last.attempt ? Math.max(0, last.n - seen.n) : null;
}
