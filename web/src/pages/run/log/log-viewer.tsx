import { useLocalStorage, useMediaQuery } from "@mantine/hooks";
import { useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { Run } from "../../../../../contract/run.ts";
import { paths } from "../../../lib/paths.ts";
import { useAnnouncement } from "./announcement.ts";
import classes from "./log.module.css";
import { type ListHandle, LogList } from "./log-list.tsx";
import type { Place } from "./log-window.ts";
import { Instead, Pills } from "./notices.tsx";
import { nameOf } from "./place.ts";
import { createRowBuilder, type Folds } from "./rows.ts";
import { SearchField, Tools } from "./toolbar.tsx";
import { useDownload } from "./use-download.ts";
import { useLogSearch } from "./use-log-search.ts";
import { useLogWindow } from "./use-log-window.ts";
import { useMatches } from "./use-matches.ts";
import { useTravel } from "./use-travel.ts";

/** The log of a run: live at its end, both ways from anywhere, and no more of it in memory than is looked at. */
export function LogViewer({ runId, run, linked }: { runId: string; run: Run | undefined; linked: Place | null }) {
  const navigate = useNavigate();
  const { log, state, read } = useLogWindow(runId);
  const [folds, setFolds] = useState<Folds>({ allOpen: false, except: new Set() });
  const [wrap, setWrap] = useLocalStorage({ key: "log-wrap", defaultValue: true, getInitialValueInEffect: false });
  const narrow = useMediaQuery("(max-width: 48em)", undefined, { getInitialValueInEffect: false });
  const [time, setTime] = useLocalStorage<boolean | null>({
    key: "log-time",
    defaultValue: null,
    getInitialValueInEffect: false,
  });
  const showTime = time ?? !narrow;
  const list = useRef<ListHandle>(null);
  const field = useRef<HTMLInputElement>(null);
  const frame = useRef<HTMLElement>(null);
  const buildRows = useMemo(createRowBuilder, []);
  const rows = useMemo(() => buildRows(state.chunks, folds), [buildRows, state.chunks, folds]);

  const toggle = useCallback((id: number) => {
    setFolds(({ allOpen, except }) => {
      const changed = new Set(except);
      if (!changed.delete(id)) changed.add(id);
      return { allOpen, except: changed };
    });
  }, []);
  const travel = useTravel({ log, state, rows, list, linked, unfold: toggle });
  const search = useLogSearch(read, state);
  const matches = useMatches(search, list, travel.toPlace);
  const download = useDownload(read, `errand-${runId}.txt`);
  const announcement = useAnnouncement(state, travel.following);

  const isLinked = useRef(linked !== null);
  const isWhole = run !== undefined;
  // Who follows a link to a line comes for the log; what stands above it may only be known when the run is.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the page gets its height with the run.
  useEffect(() => {
    if (isLinked.current) frame.current?.scrollIntoView({ block: "start" });
  }, [isWhole]);

  const pick = (place: Place) => {
    travel.notePick(place);
    const to = paths.run(runId, nameOf(place));
    void navigate({ ...to, replace: true, resetScroll: false, hashScrollIntoView: false });
  };
  const onRange = useCallback(
    (first: number, last: number) => {
      if (first < prefetch && state.earlier === "more") void log.loadEarlier();
      if (last > rows.length - prefetch && state.later === "more") void log.loadLater();
    },
    [log, state.earlier, state.later, rows.length],
  );
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "/") field.current?.focus();
    else if (event.key === "End" || event.key === "G") travel.toEnd();
    else if (event.key === "Home" || event.key === "g") travel.toStart();
    else return;
    event.preventDefault();
  };
  const instead = <Instead state={state} run={run} retry={travel.reopen} />;
  const hasLines = rows.length > 0 && state.phase !== "expired" && state.phase !== "failed";
  return (
    <section ref={frame} aria-label="Lines" className={classes.frame}>
      <div className={classes.toolbar}>
        <SearchField
          search={search}
          field={field}
          at={matches.at}
          onStep={matches.step}
          onLeave={() => list.current?.focus()}
        />
        <Tools
          live={state.later === "live" && state.phase === "open"}
          following={travel.following}
          onFollow={travel.follow}
          onStart={travel.toStart}
          onEnd={travel.toEnd}
          wrap={wrap}
          onWrap={() => setWrap(!wrap)}
          showTime={showTime}
          onTime={() => setTime(!showTime)}
          allOpen={folds.allOpen}
          onFolds={() => setFolds({ allOpen: !folds.allOpen, except: new Set() })}
          download={download}
        />
      </div>
      <div className={classes.view}>
        {hasLines ? (
          <LogList
            handle={list}
            label={`Log of ${run?.taskName ?? "the run"}`}
            rows={rows}
            digits={digitsOf(state.chunks)}
            wrap={wrap}
            showTime={showTime}
            following={travel.following}
            opening={state.phase === "opening"}
            linked={linked}
            pattern={search.pattern}
            onFold={toggle}
            onPick={pick}
            onLeaveEnd={travel.onLeaveEnd}
            onReachEnd={travel.onReachEnd}
            onRange={onRange}
            onKey={onKey}
          />
        ) : (
          instead
        )}
        {(hasLines || state.phase === "opening") && (
          <Pills
            state={state}
            news={travel.news}
            atEnd={travel.atEnd && !travel.news}
            onEnd={travel.toEnd}
            onEarlier={log.loadEarlier}
            onLater={log.loadLater}
          />
        )}
      </div>
      <div className={classes.spoken} aria-live="polite">
        {announcement}
      </div>
    </section>
  );
}

/** More is loaded when fewer rows than this are left in that direction. */
const prefetch = 150;

function digitsOf(chunks: readonly { lines: readonly { n: number }[] }[]): number {
  const most = chunks.reduce((most, { lines }) => Math.max(most, lines.at(-1)?.n ?? 0), 0);
  return Math.max(3, String(most).length);
}
