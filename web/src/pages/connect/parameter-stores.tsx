import { Badge, Button, Code, Group, Skeleton, Text } from "@mantine/core";
import { IconLock, IconLockOpen, IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import type { ParameterStore } from "../../../../contract/parameter-store.ts";
import { useDeleteParameterStore, useParameterStores } from "../../api/parameter-stores.ts";
import { useMay } from "../../api/session.ts";
import { tellFailure, tellSuccess } from "../../lib/errors.ts";
import { confirm } from "../../ui/confirm.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorNotice } from "../../ui/error-notice.tsx";
import { ParameterStoreIcon } from "../../ui/icons.ts";
import { PageHeader } from "../../ui/page-header.tsx";
import { Panel } from "../../ui/panel.tsx";
import { When } from "../../ui/when.tsx";
import { EditStore } from "./stores/edit-store.tsx";
import { NewStore } from "./stores/new-store.tsx";
import { StoreUsers } from "./stores/store-users.tsx";
import classes from "./stores/stores.module.css";

const shownNames = 12;

/** Named sets of environment variables for the tasks' agents. Names are shown, values never. */
export function Page() {
  const { data: stores, error, refetch } = useParameterStores();
  const mayManage = useMay("admin");
  const [dialog, setDialog] = useState<"new" | ParameterStore>();
  const close = () => setDialog(undefined);
  return (
    <>
      <PageHeader
        title="Parameter stores"
        text="Environment variables for your tasks' agents. Their names are shown, their values never."
      >
        {mayManage && (
          <Button leftSection={<IconPlus size={14} aria-hidden />} onClick={() => setDialog("new")}>
            Create parameter store
          </Button>
        )}
      </PageHeader>
      {error && !stores ? (
        <ErrorNotice error={error} retry={() => void refetch()} />
      ) : stores?.length === 0 ? (
        <EmptyState
          icon={ParameterStoreIcon}
          title="There is no parameter store yet"
          text={
            mayManage
              ? "Create one, put variables such as tokens and addresses in it, and choose it in a task's Advanced Settings."
              : "An admin of this workspace can create one; tasks then choose it in their Advanced Settings."
          }
        />
      ) : (
        <Panel title="Stores of this workspace">
          {stores?.map((store) => (
            <StoreRow key={store.id} store={store} mayManage={mayManage} onEdit={() => setDialog(store)} />
          )) ?? <StoreSkeletons />}
        </Panel>
      )}
      {dialog === "new" && <NewStore onClose={close} />}
      {typeof dialog === "object" && <EditStore store={dialog} onClose={close} />}
    </>
  );
}

function StoreRow({ store, mayManage, onEdit }: { store: ParameterStore; mayManage: boolean; onEdit: () => void }) {
  const remove = useDeleteParameterStore();
  const Lock = store.encrypted ? IconLock : IconLockOpen;
  const ask = () =>
    confirm({
      title: `Delete ${store.name}?`,
      text: <StoreUsers name={store.name} />,
      confirm: "Delete",
      onConfirm: () =>
        remove.mutate(store.id, {
          onSuccess: () => tellSuccess(`${store.name} is deleted.`),
          onError: (error) => tellFailure("The parameter store was not deleted.", error),
        }),
    });
  return (
    <div className={classes.store}>
      <div className={classes.about}>
        <Group gap="xs">
          <Text fw={600} className={classes.storeName}>
            {store.name}
          </Text>
          <Badge
            color={store.encrypted ? "iris" : "gray"}
            leftSection={<Lock size={12} aria-hidden />}
            className={classes.kind}
          >
            {store.encrypted ? "Encrypted" : "Not encrypted"}
          </Badge>
          <Text size="sm" c="dimmed">
            Changed <When at={store.updatedAt} />
          </Text>
        </Group>
        <Names names={store.names} />
      </div>
      {mayManage && (
        <Group gap="xs" wrap="nowrap">
          <Button variant="default" onClick={onEdit} aria-label={`Edit ${store.name}`}>
            Edit
          </Button>
          <Button variant="default" onClick={ask} loading={remove.isPending} aria-label={`Delete ${store.name}`}>
            Delete
          </Button>
        </Group>
      )}
    </div>
  );
}

function Names({ names }: { names: string[] }) {
  if (names.length === 0) {
    return (
      <Text size="sm" c="dimmed" mt={4}>
        No variables yet
      </Text>
    );
  }
  const rest = names.length - shownNames;
  return (
    <div className={classes.names}>
      {names.slice(0, shownNames).map((name) => (
        <Code key={name}>{name}</Code>
      ))}
      {rest > 0 && (
        <Text size="sm" c="dimmed" title={names.slice(shownNames).join(", ")}>
          {`and ${rest} more`}
        </Text>
      )}
    </div>
  );
}

function StoreSkeletons() {
  return ["a", "b"].map((row) => (
    <div key={row} className={classes.store}>
      <div className={classes.about}>
        <Skeleton height={20} width={220} />
        <Skeleton height={20} width="60%" mt={10} />
      </div>
    </div>
  ));
}
