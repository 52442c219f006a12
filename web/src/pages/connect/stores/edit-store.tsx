import { Modal, PasswordInput } from "@mantine/core";
import { useState } from "react";
import { configApiKey as keySchema, type ParameterStore } from "../../../../../contract/parameter-store.ts";
import { useUpdateParameterStore } from "../../../api/parameter-stores.ts";
import { sentence, tellSuccess } from "../../../lib/errors.ts";
import { changeOf, rowsOf } from "./rows.ts";
import { isTyped, StoreForm } from "./store-form.tsx";

/** Sets and removes variables. Values of an encrypted store are only set with its key. */
export function EditStore({ store, onClose }: { store: ParameterStore; onClose: () => void }) {
  const update = useUpdateParameterStore();
  // What is read again meanwhile is not what these rows began with.
  const [version] = useState(store.version);
  const [rows, setRows] = useState(() => rowsOf(store.names));
  const [key, setKey] = useState("");
  const needsKey = store.encrypted && Object.keys(changeOf(rows).set).length > 0;
  const save = async () => {
    const body = { ...changeOf(rows), ...(needsKey && { configApiKey: key }) };
    await update.mutateAsync({ storeId: store.id, body, ifMatch: version });
    tellSuccess(`${store.name} is saved.`);
    onClose();
  };
  const check = (): Record<string, string> => {
    const parsed = keySchema.safeParse(key);
    if (!needsKey || parsed.success) return {};
    return { configApiKey: sentence(parsed.error.issues[0]?.message ?? "is not a key") };
  };
  const isSafe = !isTyped(rows);
  return (
    <Modal
      opened
      onClose={onClose}
      title={`Edit ${store.name}`}
      size="lg"
      closeOnClickOutside={isSafe}
      closeOnEscape={isSafe}
    >
      <StoreForm
        rows={rows}
        onRows={setRows}
        check={check}
        fields={["configApiKey"]}
        save={save}
        saving={update.isPending}
        button="Save"
        failed="The store was not saved"
        onCancel={onClose}
        below={(errors) =>
          needsKey && (
            <PasswordInput
              label="CONFIG_API_KEY"
              description="The store is encrypted: new values need the key that was shown when it was made."
              value={key}
              onChange={(event) => setKey(event.currentTarget.value)}
              error={errors.configApiKey}
              autoComplete="new-password"
              visibilityToggleButtonProps={{ "aria-label": "Show the key" }}
            />
          )
        }
      />
    </Modal>
  );
}
