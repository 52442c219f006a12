import { Group, Text } from "@mantine/core";

export function Logo() {
  return (
    <Group gap={10} wrap="nowrap">
      <img src="/icon.svg" width={24} height={24} alt="" />
      <Text component="span" fw={650} size="lg" lts="-0.01em">
        Errand
      </Text>
    </Group>
  );
}
