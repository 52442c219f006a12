import { ApiError } from "../../../contract/client.ts";
import { isTerminal, labelOf, type RunStatus } from "../../../contract/run.ts";

export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

export const firstPage = undefined as string | undefined;
export const nextPage = (page: { nextCursor: string | null }): string | undefined => page.nextCursor ?? undefined;

/** Every page of a list, one after the other. */
export async function everyPage<T>(read: (cursor: string | undefined) => Promise<Page<T>>): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await read(cursor);
    items.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return items;
}

/** How often the state of something that runs is read again, in milliseconds. */
export const pollMs = 2_500;

/**
 * An interval for `refetchInterval`: this often while `isActive` says of the data that something runs. It rests after a
 * sign-out; TanStack Query rests it while the tab is hidden.
 */
export function pollWhile<T>(isActive: (data: T) => boolean, everyMs: (data: T) => number = () => pollMs) {
  return ({ state }: { state: { data?: T | undefined; error: unknown } }): number | false => {
    if (state.error instanceof ApiError && state.error.code === "unauthenticated") return false;
    return state.data !== undefined && isActive(state.data) ? everyMs(state.data) : false;
  };
}

/** Whether a run may change at any moment: not while it waits for its instant, whose coming `useLiveUpdates` tells. */
export const isMoving = (run: { status: RunStatus; notBefore: string | null }): boolean =>
  isUnderWay(run) && labelOf(run, new Date()) !== "Scheduled";

export const isUnderWay = (run: { status: RunStatus } | null): boolean => run !== null && !isTerminal(run.status);
