import { Button, Group } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { type ErrorComponentProps, useRouter } from "@tanstack/react-router";
import { explain } from "../lib/errors.ts";
import { EmptyState } from "../ui/empty-state.tsx";

/** A page that failed while it was drawn, or whose code could not be loaded: after an update its old files are gone. */
export function PageError({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const isLoading = /dynamically imported module|Failed to fetch|Importing a module/i.test(String(error));
  const { title, message } = isLoading
    ? { title: "This page could not be loaded", message: "The connection was lost, or Errand was updated meanwhile." }
    : explain(error);
  return (
    <EmptyState
      icon={IconAlertTriangle}
      heading={1}
      title={title}
      text={message}
      action={
        <Group gap="xs">
          {!isLoading && (
            <Button
              variant="default"
              onClick={() => {
                reset();
                void router.invalidate();
              }}
            >
              Try again
            </Button>
          )}
          <Button onClick={() => window.location.reload()}>Load the page again</Button>
        </Group>
      }
    />
  );
}
