import { Group, Text, Title } from "@mantine/core";
import { type ReactNode, useEffect } from "react";

/** Names the browser's tab after the page. */
export function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Errand`;
  }, [title]);
}

interface PageHeaderProps {
  title: string;
  text?: ReactNode;
  /** Buttons at the right; under the title on phones. */
  children?: ReactNode;
}

/** The head of every page: its one h1, a line about it, and its buttons. */
export function PageHeader({ title, text, children }: PageHeaderProps) {
  usePageTitle(title);
  return (
    <Group component="header" justify="space-between" align="flex-end" gap="sm" mb="lg">
      <div style={{ minWidth: 0 }}>
        <Title order={1}>{title}</Title>
        {text && (
          <Text c="dimmed" component="div">
            {text}
          </Text>
        )}
      </div>
      {children && <Group gap="xs">{children}</Group>}
    </Group>
  );
}
