import { Anchor, Center, Code, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { Logo } from "../ui/logo.tsx";

/** How to get in. The session is looked for all the while, so following the link in another tab is enough. */
export function NotSignedIn() {
  return (
    <Center component="main" mih="100dvh" p="md">
      <Stack gap="lg" maw={460} w="100%">
        <Logo />
        <Paper p="xl">
          <Stack gap="sm">
            <Title order={1}>Sign in with a link</Title>
            <Text>Errand has no passwords. Open a sign-in link in this browser; it is good for a day.</Text>
            <Text fw={600} mt="xs">
              On this machine
            </Text>
            <Group gap={6}>
              <Code>npm start</Code>
              <Text>prints the link when it starts.</Text>
            </Group>
            <Text fw={600} mt="xs">
              In an AWS account
            </Text>
            <Group gap={6}>
              <Code>npm run access</Code>
              <Text>makes one for the deployed stage.</Text>
            </Group>
            <Text c="dimmed" size="sm" mt="xs">
              This page goes on by itself once you are signed in.{" "}
              <Anchor href="" underline="always">
                Look again now
              </Anchor>
            </Text>
          </Stack>
        </Paper>
      </Stack>
    </Center>
  );
}
