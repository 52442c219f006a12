import { Alert, Button, Group, Modal, Select, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";
import type * as z from "zod";
import { apiKeyInput } from "../../../../contract/access.ts";
import { useCreateKey } from "../../api/keys.ts";
import { explain } from "../../lib/errors.ts";
import { faultsOf, fieldsOfAnswer, placed } from "../../lib/form-errors.ts";
import { SecretOnce } from "../../ui/secret-once.tsx";
import { autonomyLabels, expiries, roleLabels, roleWords } from "./key-words.ts";

const fields = ["name", "role", "autonomy", "expiresInDays"] as const;
const initialValues = { name: "", role: "member", autonomy: "1", expiresInDays: "90" };
const roles = (["viewer", "member", "admin"] as const).map((value) => ({
  value,
  label: `${roleLabels[value]}: ${roleWords[value]}`,
}));
const levels = autonomyLabels.map((label, level) => ({ value: String(level), label }));

function bodyOf(values: typeof initialValues): z.input<typeof apiKeyInput> {
  return {
    name: values.name,
    role: values.role as "member",
    autonomy: Number(values.autonomy),
    expiresInDays: values.expiresInDays === "never" ? null : Number(values.expiresInDays),
  };
}

/** Makes a key, then shows its secret: by then only the button leads on. */
export function NewKey({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const [secret, setSecret] = useState<string>();
  const close = () => {
    setSecret(undefined);
    onClose();
  };
  const isShown = secret !== undefined;
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={isShown ? "Your new API key" : "Create API key"}
      centered
      closeOnClickOutside={!isShown}
      closeOnEscape={!isShown}
      withCloseButton={!isShown}
    >
      {isShown ? (
        <SecretOnce
          label="API key"
          secret={secret}
          warning="Errand keeps only its hash. If it is lost, revoke it and create another."
          onDone={close}
        />
      ) : (
        <KeyForm onCreated={setSecret} onCancel={close} />
      )}
    </Modal>
  );
}

function KeyForm({ onCreated, onCancel }: { onCreated: (secret: string) => void; onCancel: () => void }) {
  const create = useCreateKey();
  const [rest, setRest] = useState<string>();
  const form = useForm({
    initialValues,
    validate: (values) => ({
      ...placed(faultsOf(apiKeyInput, bodyOf(values)), fields).fields,
      ...(values.name.trim() === "" && { name: "Give it a name" }),
    }),
  });
  const submit = form.onSubmit((values) => {
    setRest(undefined);
    create.mutate(bodyOf(values), {
      onSuccess: ({ secret }) => onCreated(secret),
      onError: (error) => {
        const answer = fieldsOfAnswer(error);
        if (answer) form.setErrors(placed(answer, fields).fields);
        else setRest(explain(error).message);
      },
    });
  });
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <TextInput
          label="Name"
          description="What uses it, such as “CI” or “laptop”."
          maxLength={80}
          autoComplete="off"
          data-autofocus
          {...form.getInputProps("name")}
        />
        <Select label="Role" data={roles} allowDeselect={false} {...form.getInputProps("role")} />
        <Select
          label="Autonomy"
          description="How far whatever uses the key may go by itself. With 0 it reads and changes nothing."
          data={levels}
          allowDeselect={false}
          {...form.getInputProps("autonomy")}
        />
        <Select label="Expires" data={[...expiries]} allowDeselect={false} {...form.getInputProps("expiresInDays")} />
        {rest && (
          <Alert color="red" title="The key was not created" role="alert">
            {rest}
          </Alert>
        )}
        <Group justify="flex-end" gap="xs">
          <Button size="sm" variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button size="sm" type="submit" loading={create.isPending}>
            Create
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
