import { Button, Center, Loader, Stack, Text, Title } from "@mantine/core";
import { explain } from "../lib/errors.ts";

export function Starting() {
  return (
    <Center h="100dvh" role="status" aria-label="Loading">
      <Loader />
    </Center>
  );
}

/** Nothing can be shown yet, because the first question had no answer. */
export function StartFailed({ error, retry }: { error: unknown; retry: () => void }) {
  const { title, message } = explain(error);
  return (
    <Center component="main" mih="100dvh" p="md">
      <Stack gap="xs" maw={420} role="alert">
        <Title order={1}>{title}</Title>
        <Text c="dimmed">{message}</Text>
        <Button onClick={retry} size="sm" mt="xs" w="fit-content">
          Try again
        </Button>
      </Stack>
    </Center>
  );
}
