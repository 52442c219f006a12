import { Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import type { ReactNode } from "react";

interface Question {
  title: string;
  /** What will happen, and whether it can be undone. */
  text: ReactNode;
  /** The word on the button that does it. */
  confirm: string;
  /** The word on the button that does not; "Cancel" unless that is what is asked about. */
  dismiss?: string;
  onConfirm: () => void;
  /** False for what destroys nothing. */
  destructive?: boolean;
}

const readyToAsk = Promise.withResolvers<void>();
export const noteReadyToAsk = (): void => readyToAsk.resolve();

/** Asks before something that destroys. The focus begins on the way out, so that Enter alone destroys nothing. */
export function confirm({ title, text, confirm, dismiss = "Cancel", onConfirm, destructive = true }: Question): void {
  // What shows questions comes behind the first page: a quick click waits for it instead of being lost.
  void readyToAsk.promise.then(() =>
    modals.openConfirmModal({
      title,
      centered: true,
      children: (
        <Text size="sm" component="div">
          {text}
        </Text>
      ),
      labels: { confirm, cancel: dismiss },
      cancelProps: { "data-autofocus": true, size: "sm" },
      confirmProps: { color: destructive ? "red" : "iris", size: "sm" },
      onConfirm,
    }),
  );
}
