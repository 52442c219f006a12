import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { type RefObject, useLayoutEffect, useState } from "react";

interface Windowed {
  /** The rows that are in the page, each with its distance from the first one. */
  items: { index: number; start: number }[];
  height: number;
  /** Where rows are of different heights: tells how high one is. */
  measure: (element: Element | null) => void;
}

/** Of so many rows, one below the other in a page that scrolls, those that are in view. */
export function useWindow(
  frame: RefObject<HTMLElement | null>,
  count: number,
  height: number,
  keyOf: (index: number) => string,
): Windowed {
  const [top, setTop] = useState(0);
  // What is above the list may become higher or lower at any time.
  useLayoutEffect(() => {
    const place = () => {
      const { current } = frame;
      if (current) setTop(Math.round(current.getBoundingClientRect().top + window.scrollY));
    };
    place();
    const observer = new ResizeObserver(place);
    observer.observe(document.body);
    return () => observer.disconnect();
  }, [frame]);
  const virtualizer = useWindowVirtualizer({
    count,
    estimateSize: () => height,
    getItemKey: keyOf,
    overscan: 6,
    scrollMargin: top,
    useFlushSync: false,
  });
  return {
    items: virtualizer.getVirtualItems().map(({ index, start }) => ({ index, start: start - top })),
    height: virtualizer.getTotalSize(),
    measure: virtualizer.measureElement,
  };
}
