import { ActionIcon, Button, CopyButton, Group, Stack, TextInput, Tooltip } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { Warning } from "./warning.tsx";

interface SecretOnceProps {
  label: string;
  secret: string;
  /** What it is good for, and that it cannot be shown again. */
  warning: string;
  onDone: () => void;
}

/** A secret in the one moment in which it can be seen. */
export function SecretOnce({ label, secret, warning, onDone }: SecretOnceProps) {
  return (
    <Stack gap="md">
      <Warning title="Copy it now: it is shown this once">{warning}</Warning>
      <TextInput
        label={label}
        value={secret}
        readOnly
        data-autofocus
        onFocus={(event) => event.currentTarget.select()}
        styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }}
        rightSectionWidth={36}
        rightSection={
          <CopyButton value={secret} timeout={3_000}>
            {({ copied, copy }) => (
              <Tooltip label={copied ? "Copied" : "Copy"}>
                <ActionIcon
                  onClick={copy}
                  aria-label={copied ? "Copied" : `Copy ${label}`}
                  color={copied ? "teal" : "gray"}
                >
                  {copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
                </ActionIcon>
              </Tooltip>
            )}
          </CopyButton>
        }
      />
      <Group justify="flex-end">
        <Button size="sm" onClick={onDone}>
          I have copied it
        </Button>
      </Group>
    </Stack>
  );
}
