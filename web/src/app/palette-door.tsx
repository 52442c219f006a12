import { useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useSyncExternalStore } from "react";
import { useWhyNot } from "../api/session.ts";
import { isShortcut } from "../lib/keys.ts";
import { paths } from "../lib/paths.ts";
import { groups } from "./places.ts";

const Palette = lazy(() => import("./palette.tsx"));
const Shortcuts = lazy(() => import("./shortcuts.tsx"));

type Shown = "palette" | "shortcuts" | undefined;
let shown: Shown;
const listeners = new Set<() => void>();

function show(next: Shown): void {
  shown = next;
  for (const listener of listeners) listener();
}
const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const openPalette = (): void => show("palette");
export const showShortcuts = (): void => show("shortcuts");
const close = () => show(undefined);

/** How long after `g` the letter of a page may come, in milliseconds. */
const secondKeyMs = 1_500;

/** Where the palette and the list of keys appear, and what listens for keys on every page. */
export function PaletteDoor() {
  useKeys();
  const current = useSyncExternalStore(subscribe, () => shown);
  return (
    <Suspense>
      {current === "palette" && <Palette onClose={close} />}
      {current === "shortcuts" && <Shortcuts onClose={close} />}
    </Suspense>
  );
}

function useKeys(): void {
  const navigate = useNavigate();
  const mayCreate = useWhyNot("member") === undefined;
  useEffect(() => {
    let wentAt = Number.NEGATIVE_INFINITY;
    const onKey = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
        event.preventDefault();
        return show(shown === "palette" ? undefined : "palette");
      }
      if (!isShortcut(event)) return;
      const goes = event.timeStamp - wentAt < secondKeyMs;
      wentAt = event.key === "g" ? event.timeStamp : Number.NEGATIVE_INFINITY;
      const act = goes ? placeOf(event.key, navigate) : actionOf(event.key, mayCreate, navigate);
      if (!act) return;
      event.preventDefault();
      act();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [navigate, mayCreate]);
}

type Navigate = ReturnType<typeof useNavigate>;

function placeOf(key: string, navigate: Navigate): (() => void) | undefined {
  const place = groups.flatMap(({ places }) => places).find((one) => one.letter === key);
  return place && (() => void navigate(place.to));
}

function actionOf(key: string, mayCreate: boolean, navigate: Navigate): (() => void) | undefined {
  if (key === "?") return showShortcuts;
  if (key === "/") return search;
  if (key === "c" && mayCreate) return () => void navigate(paths.newTask());
  return undefined;
}

/** The page's own search where it has one, else that of everything. */
function search(): void {
  const own = document.querySelector<HTMLInputElement>("main input[aria-keyshortcuts='/']");
  if (own) own.select();
  else openPalette();
}
