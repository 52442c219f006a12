import { notifications } from "@mantine/notifications";
import { createElement } from "react";
import { ApiError, UnreachableError } from "../../../contract/client.ts";
import type { ErrorCode } from "../../../contract/error.ts";
import { type NextStep, ToastText } from "./toast-text.tsx";

export interface Explained {
  title: string;
  /** What happened and what to do. */
  message: string;
}

/** Codes of which the console knows more to say than the API, which speaks to programs too. */
const titles: Partial<Record<ErrorCode, string>> = {
  unauthenticated: "You are not signed in",
  forbidden: "You may not do this",
  csrf_failed: "Your session has changed",
  not_found: "There is nothing here",
  conflict: "Somebody else was quicker",
  precondition_failed: "Somebody else was quicker",
  not_allowed_in_state: "Not possible any more",
  rate_limited: "Too many requests",
  internal: "Something went wrong in Errand",
  unavailable: "Errand cannot do this now",
};
const messages: Partial<Record<ErrorCode, string>> = {
  unauthenticated: "Follow a new sign-in link, then come back to this page.",
  csrf_failed: "Load this page again, then repeat the change.",
  precondition_failed:
    "It was changed since you opened it, and nothing of yours was saved. Copy what you want to keep, then close this and open it again.",
  rate_limited: "Wait a moment, then try again.",
};

/** Any error as a title and a sentence for a person. */
export function explain(error: unknown): Explained {
  if (error instanceof ApiError) {
    return {
      title: titles[error.code] ?? "That did not work",
      message: messages[error.code] ?? sentence(error.message),
    };
  }
  if (error instanceof UnreachableError) {
    return {
      title: navigator.onLine ? "Errand does not answer" : "You are offline",
      message: "Nothing was lost. Try again when the connection is back.",
    };
  }
  return { title: "This page has failed", message: error instanceof Error ? error.message : String(error) };
}

/** Tells that something a person asked for was not done: `what` is a sentence, "The task was not started." */
export function tellFailure(what: string, error: unknown): void {
  const { message } = explain(error);
  notifications.show({ color: "red", title: what, message, autoClose: 10_000 });
}

/** Tells that something was done, and where it can be seen or how it is taken back. */
export function tellSuccess(message: string, next: NextStep = {}): void {
  const id = crypto.randomUUID();
  const hide = () => notifications.hide(id);
  const autoClose = next.undo ? 10_000 : next.link ? 6_000 : 4_000;
  notifications.show({ id, message: createElement(ToastText, { message, hide, ...next }), autoClose });
}

/** The contract's messages ("must be …") as a line under a field. */
export function sentence(message: string): string {
  return message.charAt(0).toUpperCase() + message.slice(1);
}
