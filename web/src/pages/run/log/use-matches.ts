import { type RefObject, useState } from "react";
import type { ListHandle } from "./log-list.tsx";
import { comparePlaces, type Place } from "./log-window.ts";
import type { LogSearch, Match } from "./use-log-search.ts";

/** Goes from match to match, beginning where somebody reads. */
export function useMatches(
  search: LogSearch,
  list: RefObject<ListHandle | null>,
  show: (place: Place, page: string | null | undefined) => void,
) {
  const [current, setCurrent] = useState<{ text: string; place: Place } | null>(null);
  const { matches, text } = search;
  const here = current?.text === text ? current.place : null;
  const at = here ? matches.findIndex((match) => comparePlaces(match, here) === 0) : -1;

  const next = (by: 1 | -1): Match | undefined => {
    if (at >= 0) return matches[(at + by + matches.length) % matches.length];
    const top = list.current?.firstVisible();
    const from = here ?? (top && top.type !== "attempt" ? top.line : { attempt: 1, n: 0 });
    const isBeyond = (match: Match) => comparePlaces(match, from) * by >= 0;
    return by > 0 ? (matches.find(isBeyond) ?? matches[0]) : (matches.findLast(isBeyond) ?? matches.at(-1));
  };
  const step = (by: 1 | -1) => {
    const match = next(by);
    if (!match) return;
    setCurrent({ text, place: match });
    show(match, match.cursor);
  };
  return { at, step };
}
