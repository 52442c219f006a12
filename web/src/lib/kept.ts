import { useState } from "react";

/** What this browser keeps for its person; `otherwise` where it keeps nothing, or may not. */
export function readKept<T>(name: string, otherwise: T): T {
  try {
    const text = localStorage.getItem(name);
    return text === null ? otherwise : (JSON.parse(text) as T);
  } catch {
    return otherwise;
  }
}

export function keep(name: string, value: unknown): void {
  try {
    localStorage.setItem(name, JSON.stringify(value));
  } catch {
    // Storage is full or switched off: it holds for as long as the page is open.
  }
}

/** State that is still so when the page is loaded again. */
export function useKept<T>(name: string, otherwise: T): [T, (value: T) => void] {
  const [value, setValue] = useState<T>(() => readKept(name, otherwise));
  const set = (next: T) => {
    keep(name, next);
    setValue(next);
  };
  return [value, set];
}
