import { Grid, Paper, Stack, Text, Title } from "@mantine/core";
import { IconCalendarClock, IconReceipt, IconShieldLock } from "@tabler/icons-react";
import { useMay } from "../../api/session.ts";
import { CredentialForm } from "../../ui/credentials/credential-form.tsx";
import classes from "./onboarding.module.css";
import { Templates } from "./templates.tsx";

const promises = [
  { icon: IconCalendarClock, text: "Runs at every slot of a schedule, once, or when you say so" },
  { icon: IconShieldLock, text: "Keys stay outside the agent's reach; logs never show them" },
  { icon: IconReceipt, text: "Every model call is metered: you see what each run costs" },
];

/** The first visit: what this is, the credential it needs, and what to begin with. */
export function Onboarding() {
  const mayChange = useMay("admin");
  return (
    <Stack gap="xl">
      <Paper className={classes.hero}>
        <Grid gap="xl" align="center">
          <Grid.Col span={{ base: 12, md: 6 }}>
            <Title order={2} className={classes.title}>
              Put an agent on a schedule
            </Title>
            <Text c="dimmed" size="lg" mt={6}>
              Write what you want done. Errand starts Claude Code or Codex with a fresh checkout of your repository, and
              keeps the result, the log and the bill.
            </Text>
            <Stack gap={10} mt="lg">
              {promises.map(({ icon: Icon, text }) => (
                <div key={text} className={classes.promise}>
                  <Icon size={18} stroke={1.7} aria-hidden />
                  <span>{text}</span>
                </div>
              ))}
            </Stack>
          </Grid.Col>
          <Grid.Col span={{ base: 12, md: 6 }}>
            <Paper p="lg" className={classes.setup}>
              <Title order={3} mb={4}>
                First, a credential
              </Title>
              <Text c="dimmed" size="sm" mb="md">
                The agent works with your own account at the model provider.
              </Text>
              {mayChange ? (
                <CredentialForm />
              ) : (
                <Text>No credential is stored yet. Somebody with the role admin can store one.</Text>
              )}
            </Paper>
          </Grid.Col>
        </Grid>
      </Paper>
      <Templates title="Then begin with one of these, or your own" />
    </Stack>
  );
}
