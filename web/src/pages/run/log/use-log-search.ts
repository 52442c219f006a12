import { useDebouncedValue } from "@mantine/hooks";
import { useEffect, useMemo, useState } from "react";
import type { ShownLine } from "../../../../../contract/log.ts";
import { countLines, everyPage, type Progress } from "./every-page.ts";
import { comparePlaces, type LogState, type Place, type ReadPage } from "./log-window.ts";

/** A line that has the text; `cursor` leads to its page where that may not be loaded. */
export interface Match extends Place {
  cursor?: string | null;
}

export interface LogSearch {
  text: string;
  setText: (text: string) => void;
  /** What is searched for; undefined for nothing. */
  pattern: RegExp | undefined;
  matches: readonly Match[];
  /** How far the search of what is not loaded has come; null when there is nothing left to search. */
  progress: Progress | null;
  failed: boolean;
  /** There are more matches than anyone would go through. */
  cut: boolean;
  again: () => void;
}

interface Scan {
  source: string;
  places: Match[];
  end: Place | null;
  done: boolean;
  failed: boolean;
  progress: Progress;
}

const mostMatches = 5_000;
/** A single letter is searched for in what is loaded only. */
const leastForWhole = 2;
const pauseMs = 300;

/** Searches what is loaded at once, and after a pause the whole of the log where that is not all. */
export function useLogSearch(read: ReadPage, state: LogState): LogSearch {
  const [text, setText] = useState("");
  const [round, setRound] = useState(0);
  const [scan, setScan] = useState<Scan | null>(null);
  const pattern = useMemo(() => patternOf(text), [text]);
  const [settled] = useDebouncedValue(text, pauseMs);
  const isWhole =
    state.phase === "open" && state.earlier === "none" && (state.later === "end" || state.later === "live");
  const mayScan = state.phase === "open" && !isWhole && settled === text && settled.trim().length >= leastForWhole;

  // biome-ignore lint/correctness/useExhaustiveDependencies: another round is the same search again.
  useEffect(() => {
    if (!mayScan) return;
    const work = new AbortController();
    void scanAll(read, settled, setScan, work.signal);
    return () => work.abort();
  }, [read, settled, mayScan, round]);

  const loaded = useMemo((): Match[] => {
    if (!pattern) return [];
    return state.chunks.flatMap(({ lines }) => placesOf(lines, pattern));
  }, [pattern, state.chunks]);
  const current = scan?.source === text && pattern && !isWhole ? scan : null;
  const matches = useMemo((): readonly Match[] => {
    if (!current?.done) return loaded;
    const { end, places } = current;
    return [...places, ...(end ? loaded.filter((place) => comparePlaces(place, end) > 0) : loaded)];
  }, [current, loaded]);
  return {
    text,
    setText,
    pattern,
    matches,
    progress: current && !current.done && !current.failed ? current.progress : null,
    failed: current?.failed ?? false,
    cut: (current?.places.length ?? 0) >= mostMatches,
    again: () => setRound((n) => n + 1),
  };
}

async function scanAll(read: ReadPage, source: string, tell: (scan: Scan) => void, signal: AbortSignal): Promise<void> {
  const pattern = patternOf(source);
  if (!pattern) return;
  let scan: Scan = { source, places: [], end: null, done: false, failed: false, progress: { lines: 0, total: null } };
  const change = (part: Partial<Scan>) => {
    if (signal.aborted) return;
    scan = { ...scan, ...part };
    tell(scan);
  };
  change({});
  try {
    const total = await countLines(read, signal);
    for await (const { page, cursor } of everyPage(read, signal)) {
      const found = placesOf(page.lines, pattern).map((place) => ({ ...place, cursor }));
      const last = page.lines.at(-1);
      change({
        places: [...scan.places, ...found].slice(0, mostMatches),
        end: last ? { attempt: last.attempt, n: last.n } : scan.end,
        progress: { lines: scan.progress.lines + page.lines.length, total },
      });
      if (scan.places.length >= mostMatches) break;
    }
    change({ done: true });
  } catch {
    change({ failed: true });
  }
}

function placesOf(lines: readonly ShownLine[], pattern: RegExp): Match[] {
  const places: Match[] = [];
  for (const line of lines) {
    if (line.kind === "gap") continue;
    if (pattern.test(line.text) || (line.tool !== undefined && pattern.test(line.tool))) {
      places.push({ attempt: line.attempt, n: line.n });
    }
  }
  return places;
}

function patternOf(text: string): RegExp | undefined {
  const wanted = text.trim();
  return wanted === "" ? undefined : new RegExp(wanted.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), "i");
}
