import { useEffect, useRef, useState } from "react";
import { plainText } from "../../../../../contract/terminal-text.ts";
import type { LogState } from "./log-window.ts";

const pauseMs = 3_000;
const mostCharacters = 240;

/** What a screen reader says of new lines while somebody follows: the last of them, and not more often than it can speak. */
export function useAnnouncement(state: LogState, following: boolean): string {
  const [text, setText] = useState("");
  const last = state.chunks.at(-1)?.lines.at(-1);
  const isLive = state.phase === "open" && state.later === "live";
  const latest = useRef(last);
  latest.current = last;
  const said = useRef<number | null>(null);
  useEffect(() => {
    if (!following || !isLive) {
      said.current = null;
      return;
    }
    // What was there when following began is not new.
    said.current ??= latest.current?.id ?? 0;
    const timer = setInterval(() => {
      const line = latest.current;
      if (!line || line.kind === "gap" || line.id === said.current) return;
      said.current = line.id;
      setText(plainText(line.text.slice(0, mostCharacters)));
    }, pauseMs);
    return () => clearInterval(timer);
  }, [following, isLive]);
  return text;
}
