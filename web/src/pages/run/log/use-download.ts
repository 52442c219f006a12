import { useEffect, useRef, useState } from "react";
import { tellFailure } from "../../../lib/errors.ts";
import { countLines, everyPage, type Progress } from "./every-page.ts";
import type { ReadPage } from "./log-window.ts";
import { plainTextWriter } from "./plain-text.ts";

export interface Download {
  /** Null while nothing is downloaded. */
  progress: Progress | null;
  start: () => void;
  stop: () => void;
}

/** Reads a log page by page and saves it as one text file. */
export function useDownload(read: ReadPage, fileName: string): Download {
  const [progress, setProgress] = useState<Progress | null>(null);
  const work = useRef<AbortController | null>(null);
  useEffect(() => () => work.current?.abort(), []);
  const stop = () => {
    work.current?.abort();
    setProgress(null);
  };
  const start = async () => {
    work.current?.abort();
    work.current = new AbortController();
    const { signal } = work.current;
    setProgress({ lines: 0, total: null });
    try {
      const total = await countLines(read, signal);
      const write = plainTextWriter();
      const parts: string[] = [];
      let lines = 0;
      for await (const { page } of everyPage(read, signal)) {
        parts.push(write(page.lines));
        lines += page.lines.length;
        if (!signal.aborted) setProgress({ lines, total });
      }
      save(new Blob(parts, { type: "text/plain;charset=utf-8" }), fileName);
    } catch (error) {
      if (!signal.aborted) tellFailure("The log was not downloaded.", error);
    }
    if (!signal.aborted) setProgress(null);
  };
  return { progress, start: () => void start(), stop };
}

function save(blob: Blob, fileName: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = fileName;
  link.click();
  // The browser has taken the file over by the next turn.
  setTimeout(() => URL.revokeObjectURL(link.href), 0);
}
