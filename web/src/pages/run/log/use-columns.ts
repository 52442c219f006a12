import { type RefObject, useLayoutEffect, useState } from "react";

/** Pixels beside the text: the kind's icon and the paddings. */
const besideText = 58;

/** How many characters fit beside each other; infinitely many where lines are not wrapped. */
export function useColumns(
  scroller: RefObject<HTMLElement | null>,
  ruler: RefObject<HTMLElement | null>,
  wrap: boolean,
  taken: number,
): number {
  const [width, setWidth] = useState({ view: 900, character: 7.5 });
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const look = () => {
      const character = (ruler.current?.getBoundingClientRect().width ?? 0) / 100 || 7.5;
      setWidth((was) =>
        was.view === element.clientWidth && was.character === character
          ? was
          : { view: element.clientWidth, character },
      );
    };
    look();
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => observer.disconnect();
  }, [scroller, ruler]);
  if (!wrap) return Number.POSITIVE_INFINITY;
  return Math.max(10, Math.floor((width.view - besideText) / width.character) - taken);
}
