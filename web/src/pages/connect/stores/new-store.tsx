import { Modal, Switch, TextInput } from "@mantine/core";
import { useState } from "react";
import { parameterStoreInput } from "../../../../../contract/parameter-store.ts";
import { useCreateParameterStore } from "../../../api/parameter-stores.ts";
import { sentence, tellSuccess } from "../../../lib/errors.ts";
import { faultsOf } from "../../../lib/form-errors.ts";
import { SecretOnce } from "../../../ui/secret-once.tsx";
import { changeOf, emptyRow } from "./rows.ts";
import { isTyped, StoreForm } from "./store-form.tsx";

/** Makes a store, then shows the key of an encrypted one: by then only the button leads on. */
export function NewStore({ onClose }: { onClose: () => void }) {
  const create = useCreateParameterStore();
  const [key, setKey] = useState<string>();
  const [name, setName] = useState("");
  const [encrypted, setEncrypted] = useState(true);
  const [rows, setRows] = useState(() => [emptyRow()]);
  const save = async () => {
    const made = await create.mutateAsync({ name, encrypted, values: changeOf(rows).set });
    if (made.configApiKey !== null) return setKey(made.configApiKey);
    tellSuccess(`${made.name} is created.`);
    onClose();
  };
  const check = (): Record<string, string> => {
    const fault = faultsOf(parameterStoreInput, { name }).name;
    return fault ? { name: sentence(fault) } : {};
  };
  const isSafe = key === undefined && name === "" && !isTyped(rows);
  return (
    <Modal
      opened
      onClose={onClose}
      title={key === undefined ? "Create parameter store" : "The store's key"}
      size="lg"
      closeOnClickOutside={isSafe}
      closeOnEscape={isSafe}
      withCloseButton={key === undefined}
    >
      {key === undefined ? (
        <StoreForm
          rows={rows}
          onRows={setRows}
          check={check}
          fields={["name"]}
          save={save}
          saving={create.isPending}
          button="Create"
          failed="The store was not created"
          onCancel={onClose}
          above={(errors) => (
            <>
              <TextInput
                label="Name"
                description="Tasks choose the store by this name."
                value={name}
                onChange={(event) => setName(event.currentTarget.value)}
                error={errors.name}
                maxLength={80}
                autoComplete="off"
                data-autofocus
              />
              <Switch
                label="Encrypted"
                description="Seals the values under a key that only you and your tasks have."
                checked={encrypted}
                onChange={(event) => setEncrypted(event.currentTarget.checked)}
              />
            </>
          )}
        />
      ) : (
        <SecretOnce
          label="CONFIG_API_KEY"
          secret={key}
          warning="Every task that uses the store needs it, and so does setting new values. Errand does not keep it: if it is lost, the store has to be made anew."
          onDone={onClose}
        />
      )}
    </Modal>
  );
}
