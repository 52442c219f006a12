import { useEffect, useState } from "react";

/** When what is shown goes away, the focus is again where it was before, if that is still there. */
export function useReturnedFocus(): void {
  const [before] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      // After the dialog has let go of the focus.
      setTimeout(() => before instanceof HTMLElement && before.isConnected && before.focus({ preventScroll: true }));
    },
    [before],
  );
}
