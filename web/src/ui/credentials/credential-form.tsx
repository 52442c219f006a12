import { Alert, Button, Group, PasswordInput, SegmentedControl, Select, Stack, Text } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconShieldX } from "@tabler/icons-react";
import { useState } from "react";
import { type AgentType, agents, agentTypes, type CredentialKind } from "../../../../contract/agent.ts";
import { ApiError } from "../../../../contract/client.ts";
import { type Credential, credentialInput } from "../../../../contract/credential.ts";
import { usePutCredential } from "../../api/credentials.ts";
import { explain, tellSuccess } from "../../lib/errors.ts";
import { faultsOf, fieldsOfAnswer, placed } from "../../lib/form-errors.ts";
import { kinds } from "./labels.ts";

interface CredentialFormProps {
  /** The agent type it is for; undefined lets the person choose one. */
  agentType?: AgentType;
  onSaved?: () => void;
  onCancel?: () => void;
}

const fields = ["kind", "value"] as const;

const checked: Record<Credential["check"], string> = {
  accepted: "The provider accepts it.",
  refused: "The provider refuses it.",
  unknown: "The provider could not be asked.",
};

/** Takes a credential and stores it, after the provider was asked. What the provider refuses is stored only on insistence. */
export function CredentialForm({ agentType: fixed, onSaved, onCancel }: CredentialFormProps) {
  const [agentType, setAgentType] = useState<AgentType>(fixed ?? "claude-runner");
  const [refused, setRefused] = useState(false);
  const [problem, setProblem] = useState<string>();
  const put = usePutCredential();
  const form = useForm<{ kind: CredentialKind; value: string }>({
    initialValues: { kind: firstKind(agentType), value: "" },
    onValuesChange: () => setRefused(false),
  });
  const { label, from, placeholder } = kinds[form.values.kind];

  function save(force: boolean): void {
    const body = { ...form.values, force };
    const faults = placed(faultsOf(credentialInput, body), fields);
    form.setErrors(faults.fields);
    setProblem(undefined);
    if (Object.keys(faults.fields).length > 0) return;
    put.mutate(
      { agentType, body },
      {
        onSuccess: ({ check }) => {
          tellSuccess(`The credential is stored. ${checked[check]}`);
          form.reset();
          onSaved?.();
        },
        onError: (error) => {
          setRefused(error instanceof ApiError && error.code === "credential_refused");
          const answered = placed(fieldsOfAnswer(error) ?? {}, fields);
          form.setErrors(answered.fields);
          if (Object.keys(answered.fields).length === 0) setProblem(explain(error).message);
        },
      },
    );
  }

  const chooseAgent = (next: AgentType) => {
    setAgentType(next);
    form.setValues({ kind: firstKind(next), value: "" });
    form.clearErrors();
  };

  return (
    <form
      noValidate
      aria-label={`Credential of ${agents[agentType].label}`}
      onSubmit={(event) => {
        event.preventDefault();
        save(false);
      }}
    >
      <Stack gap="sm">
        {fixed === undefined && (
          <SegmentedControl
            aria-label="Agent Type"
            fullWidth
            data={agentTypes.map((value) => ({ value, label: agents[value].label }))}
            value={agentType}
            onChange={(value) => chooseAgent(value as AgentType)}
          />
        )}
        {agents[agentType].credentialKinds.length > 1 && (
          <Select
            label="Credential type"
            data={agents[agentType].credentialKinds.map((value) => ({ value, label: kinds[value].label }))}
            allowDeselect={false}
            {...form.getInputProps("kind")}
          />
        )}
        <PasswordInput
          label={label}
          description={from}
          placeholder={placeholder}
          autoComplete="off"
          data-1p-ignore
          required
          {...form.getInputProps("value")}
        />
        {refused && (
          <Alert
            color="red"
            icon={<IconShieldX aria-hidden />}
            title="The provider refuses this credential"
            role="alert"
          >
            <Text size="sm">Check that it was copied whole and is not revoked. Stored as it is, runs will fail.</Text>
            <Button mt="xs" variant="default" loading={put.isPending} onClick={() => save(true)}>
              Save anyway
            </Button>
          </Alert>
        )}
        {problem && (
          <Alert color="red" role="alert">
            {problem}
          </Alert>
        )}
        <Group gap="xs">
          <Button type="submit" size="sm" loading={put.isPending}>
            Save
          </Button>
          {onCancel && (
            <Button variant="default" size="sm" onClick={onCancel}>
              Cancel
            </Button>
          )}
          <Text size="xs" c="dimmed">
            Stored encrypted, and never shown again.
          </Text>
        </Group>
      </Stack>
    </form>
  );
}

function firstKind(agentType: AgentType): CredentialKind {
  return agents[agentType].credentialKinds[0] as CredentialKind;
}
