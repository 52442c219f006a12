import { type RefObject, useEffect } from "react";
import { isShortcut } from "../lib/keys.ts";

const opener = "a[href], button";

/**
 * j and k go down and up the rows of a list, `[data-row]`, by what opens each of them: its first link or button, so that
 * Enter opens it. They begin at the first row in view.
 */
export function useListKeys(list: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if ((event.key !== "j" && event.key !== "k") || !isShortcut(event)) return;
      const rows = [...(list.current?.querySelectorAll<HTMLElement>("[data-row]") ?? [])];
      const at = rows.findIndex((row) => row.contains(document.activeElement));
      const next = at === -1 ? rows.find(isInView) : rows[at + (event.key === "j" ? 1 : -1)];
      if (!next) return;
      event.preventDefault();
      next.scrollIntoView({ block: "nearest" });
      next.querySelector<HTMLElement>(opener)?.focus({ preventScroll: true });
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [list]);
}

const isInView = (row: HTMLElement) => row.getBoundingClientRect().top >= 0;
