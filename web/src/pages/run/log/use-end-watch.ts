import { type PointerEvent, type UIEvent, useRef } from "react";

/** This near to the end is at the end, in pixels. */
export const nearEnd = 24;
/** How long after a key or a turn of the wheel a scroll is its doing, in milliseconds. */
const effectMs = 700;

/** Tells when somebody scrolls up from the end, and when they come down to it; rows that change their height do neither. */
export function useEndWatch(onAct: () => void, onLeave: () => void, onReach: () => void) {
  const top = useRef(0);
  const acted = useRef(Number.NEGATIVE_INFINITY);
  const holdsScrollbar = useRef(false);
  const noteAct = () => {
    onAct();
    acted.current = performance.now();
  };
  return {
    noteAct,
    handlers: {
      onWheel: noteAct,
      onTouchMove: noteAct,
      onPointerDown: ({ target, currentTarget }: PointerEvent) => {
        holdsScrollbar.current = target === currentTarget;
        onAct();
      },
      onPointerMove: ({ buttons }: PointerEvent) => {
        if (buttons === 0) holdsScrollbar.current = false;
      },
      onScroll: ({ currentTarget: { scrollTop, scrollHeight, clientHeight } }: UIEvent) => {
        const moved = scrollTop - top.current;
        top.current = scrollTop;
        if (!holdsScrollbar.current && performance.now() - acted.current > effectMs) return;
        const distance = scrollHeight - scrollTop - clientHeight;
        if (distance > nearEnd && moved < 0) onLeave();
        else if (distance <= 2 && moved > 0) onReach();
      },
    },
  };
}
