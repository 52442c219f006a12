import { useSyncExternalStore } from "react";

/** Whether the API can be reached: `offline` is this machine's network, `silent` a server that does not answer. */
export type Connection = "online" | "offline" | "silent";

let answers = true;
const listeners = new Set<() => void>();

function told(next: boolean): void {
  if (answers === next) return;
  answers = next;
  for (const listener of listeners) listener();
}

export const noteAnswer = (): void => told(true);
export const noteSilence = (): void => told(false);

function current(): Connection {
  if (!navigator.onLine) return "offline";
  return answers ? "online" : "silent";
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener("online", listener);
  window.addEventListener("offline", listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener("online", listener);
    window.removeEventListener("offline", listener);
  };
}

export const useConnection = (): Connection => useSyncExternalStore(subscribe, current);
