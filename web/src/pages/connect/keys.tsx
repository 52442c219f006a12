import { Badge, Button, Code, Skeleton, Table, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconLock, IconPlus } from "@tabler/icons-react";
import type { ApiKey } from "../../../../contract/access.ts";
import { useDeleteKey, useKeys } from "../../api/keys.ts";
import { useMay } from "../../api/session.ts";
import { tellFailure, tellSuccess } from "../../lib/errors.ts";
import { LevelChip } from "../../ui/chips.tsx";
import { confirm } from "../../ui/confirm.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorNotice } from "../../ui/error-notice.tsx";
import { KeyIcon } from "../../ui/icons.ts";
import { PageHeader } from "../../ui/page-header.tsx";
import { Panel } from "../../ui/panel.tsx";
import { useNow } from "../../ui/use-now.ts";
import { When } from "../../ui/when.tsx";
import classes from "./connect.module.css";
import { roleLabels } from "./key-words.ts";
import { NewKey } from "./new-key.tsx";

/** A machine's ways in: made here, seen once, revoked here. */
export function Page() {
  const mayManage = useMay("admin");
  return mayManage ? <Keys /> : <NotForYou />;
}

function NotForYou() {
  return (
    <>
      <PageHeader title="API keys" />
      <EmptyState
        icon={IconLock}
        title="API keys are for admins"
        text="Ask an admin of this workspace for a key, or to give you the role."
      />
    </>
  );
}

function Keys() {
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useKeys();
  const [isOpen, { open, close }] = useDisclosure(false);
  const keys = data?.pages.flatMap(({ items }) => items);
  const create = (
    <Button leftSection={<IconPlus size={14} aria-hidden />} onClick={open}>
      Create API key
    </Button>
  );
  return (
    <>
      <PageHeader title="API keys" text="Let the errand command, scripts and agents use the API in this workspace.">
        {create}
      </PageHeader>
      {error && !keys ? (
        <ErrorNotice error={error} retry={() => void refetch()} />
      ) : keys?.length === 0 ? (
        <EmptyState
          icon={KeyIcon}
          title="There is no API key yet"
          text="Create one for each program that is to use the API, so that each can be revoked by itself."
        />
      ) : (
        <Panel title="Keys of this workspace">
          <KeyTable keys={keys} />
          {hasNextPage && (
            <Button variant="default" m="md" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
              Show more
            </Button>
          )}
        </Panel>
      )}
      <NewKey opened={isOpen} onClose={close} />
    </>
  );
}

function KeyTable({ keys }: { keys: ApiKey[] | undefined }) {
  return (
    <div className={classes.scroll}>
      <Table className={classes.keys} horizontalSpacing="md">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Name</Table.Th>
            <Table.Th visibleFrom="sm">Key</Table.Th>
            <Table.Th visibleFrom="sm">Role</Table.Th>
            <Table.Th visibleFrom="md">Autonomy</Table.Th>
            <Table.Th visibleFrom="md">Created</Table.Th>
            <Table.Th visibleFrom="sm">Expires</Table.Th>
            <Table.Th aria-label="Actions" />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {keys?.map((key) => <KeyRow key={key.id} apiKey={key} />) ??
            ["a", "b", "c"].map((row) => (
              <Table.Tr key={row}>
                <Table.Td colSpan={7}>
                  <Skeleton height={26} />
                </Table.Td>
              </Table.Tr>
            ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function KeyRow({ apiKey }: { apiKey: ApiKey }) {
  const revoke = useDeleteKey();
  const ask = () =>
    confirm({
      title: `Revoke ${apiKey.name}?`,
      text: "Whatever uses this key is refused from then on. This cannot be undone.",
      confirm: "Revoke",
      onConfirm: () =>
        revoke.mutate(apiKey.id, {
          onSuccess: () => tellSuccess(`${apiKey.name} is revoked.`),
          onError: (error) => tellFailure("The key was not revoked.", error),
        }),
    });
  return (
    <Table.Tr>
      <Table.Th scope="row" className={classes.name}>
        <div className={classes.keyName}>{apiKey.name}</div>
        <Text size="sm" c="dimmed" component="div" hiddenFrom="sm">
          {`${roleLabels[apiKey.role]}, …${apiKey.lastFour}`}
          <div>
            {"Expires: "}
            <Expiry at={apiKey.expiresAt} />
          </div>
        </Text>
      </Table.Th>
      <Table.Td visibleFrom="sm">
        <Code className={classes.nowrap}>{`…${apiKey.lastFour}`}</Code>
      </Table.Td>
      <Table.Td visibleFrom="sm">{roleLabels[apiKey.role]}</Table.Td>
      <Table.Td className={classes.nowrap} visibleFrom="md">
        <LevelChip level={apiKey.autonomy} />
      </Table.Td>
      <Table.Td visibleFrom="md">
        <When at={apiKey.createdAt} />
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <Expiry at={apiKey.expiresAt} />
      </Table.Td>
      <Table.Td className={classes.actions}>
        <Button variant="default" onClick={ask} loading={revoke.isPending} aria-label={`Revoke ${apiKey.name}`}>
          Revoke
        </Button>
      </Table.Td>
    </Table.Tr>
  );
}

function Expiry({ at }: { at: string | null }) {
  const now = useNow(60_000);
  if (at === null || Date.parse(at) > now) return <When at={at} none="Never" />;
  return (
    <Badge color="red" className={classes.bad}>
      Expired
    </Badge>
  );
}
