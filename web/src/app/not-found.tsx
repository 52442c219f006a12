import { Button } from "@mantine/core";
import { IconMapQuestion } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { paths } from "../lib/paths.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { usePageTitle } from "../ui/page-header.tsx";

/** An address of the console at which there is nothing. */
export function NotFound() {
  usePageTitle("Not found");
  return (
    <EmptyState
      icon={IconMapQuestion}
      heading={1}
      title="There is no such page"
      text="The address may be mistyped, or what was here is gone."
      action={
        <Button renderRoot={(props) => <Link {...paths.tasks()} {...props} />} variant="default">
          Go to your tasks
        </Button>
      }
    />
  );
}
