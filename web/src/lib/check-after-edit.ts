import type { FocusEvent } from "react";

let isPressed = false;
const released = new Set<() => void>();

function noteRelease(): void {
  isPressed = false;
  // The click belongs to the press: only when it has come may the page move.
  setTimeout(() => {
    for (const act of released) act();
    released.clear();
  });
}

window.addEventListener("pointerdown", () => (isPressed = true), { capture: true });
for (const end of ["pointerup", "pointercancel"]) window.addEventListener(end, noteRelease, { capture: true });

interface Checked {
  isDirty: (path: string) => boolean;
  validateField: (path: string) => unknown;
}

/**
 * For a form's element: checks a field when it is left, if something was typed into it. What the check shows waits until
 * the click that left the field has been taken.
 */
export function checkAfterEdit(form: Checked) {
  return {
    onBlur: ({ target }: FocusEvent<HTMLElement>) => {
      const path = target.getAttribute("data-path");
      if (path === null || !form.isDirty(path)) return;
      const check = () => void form.validateField(path);
      if (isPressed) released.add(check);
      else setTimeout(check);
    },
  };
}
