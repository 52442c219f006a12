import { keep, readKept } from "./kept.ts";

const name = "errand.single-keys";

/** Whether letters alone are shortcuts: who dictates, or types by accident, switches them off. */
export const singleKeys = {
  areOn: (): boolean => readKept(name, true),
  set: (on: boolean): void => keep(name, on),
};

const above = "[role=dialog], [role=alertdialog], [role=menu], [role=listbox]";
const typedIn = "input, textarea, select, [contenteditable=''], [contenteditable=true], [role=textbox]";

/** Whether a key that was pressed is meant as a shortcut: nobody is typing, and nothing lies above the page. */
export function isShortcut(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return false;
  if (event.target instanceof Element && event.target.closest(typedIn)) return false;
  return singleKeys.areOn() && ![...document.querySelectorAll(above)].some((one) => one.checkVisibility());
}

const isApple = /Mac|iPhone|iPad/.test(navigator.platform);
export const paletteKeys = isApple ? "⌘K" : "Ctrl K";
