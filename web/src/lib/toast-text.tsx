import { Link, type LinkProps } from "@tanstack/react-router";
import classes from "./toast-text.module.css";

/** What a notice offers beside its sentence. */
export interface NextStep {
  /** Where what was done can be seen: "View run". */
  link?: { label: string; to: LinkProps };
  /** Takes it back. */
  undo?: () => void;
}

export function ToastText({ message, link, undo, hide }: NextStep & { message: string; hide: () => void }) {
  return (
    <div className={classes.line}>
      <span className={classes.message}>{message}</span>
      {link && (
        <Link {...link.to} className={classes.action} onClick={hide}>
          {link.label}
        </Link>
      )}
      {undo && (
        <button
          type="button"
          className={classes.action}
          onClick={() => {
            hide();
            undo();
          }}
        >
          Undo
        </button>
      )}
    </div>
  );
}
