import { Center, Stack, Text, ThemeIcon, Title } from "@mantine/core";
import type { ComponentType, ReactNode } from "react";

interface EmptyStateProps {
  icon: ComponentType<{ size: number; stroke?: number; "aria-hidden"?: boolean }>;
  title: string;
  text: string;
  action?: ReactNode;
  /** 1 where it is the whole page. */
  heading?: 1 | 2;
}

/** Where there is nothing to show: why, and what to do. */
export function EmptyState({ icon: Icon, title, text, action, heading = 2 }: EmptyStateProps) {
  return (
    <Center mih={280} p="md">
      <Stack align="center" gap="xs" maw={440} ta="center">
        <ThemeIcon variant="light" color="gray" size={44} radius="md" mb={4}>
          <Icon size={24} stroke={1.6} aria-hidden />
        </ThemeIcon>
        <Title order={heading} size="h2">
          {title}
        </Title>
        <Text c="dimmed">{text}</Text>
        {action && <div style={{ marginTop: 8 }}>{action}</div>}
      </Stack>
    </Center>
  );
}
