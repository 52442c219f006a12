import { Group, Paper, Text, Title } from "@mantine/core";
import { type ReactNode, useId } from "react";
import classes from "./panel.module.css";

interface PanelProps {
  title: string;
  /** A few words beside the title. */
  note?: ReactNode;
  /** Links and switches at the right of the title. */
  action?: ReactNode;
  children: ReactNode;
}

/** A titled part of a page. */
export function Panel({ title, note, action, children }: PanelProps) {
  const id = useId();
  return (
    <Paper component="section" aria-labelledby={id} className={classes.panel}>
      <Group className={classes.head} justify="space-between" wrap="nowrap">
        <Group gap="xs" wrap="nowrap" miw={0}>
          <Title order={2} id={id} className={classes.title}>
            {title}
          </Title>
          {note && (
            <Text span size="sm" c="dimmed" truncate>
              {note}
            </Text>
          )}
        </Group>
        {action}
      </Group>
      {children}
    </Paper>
  );
}
