import { ActionIcon, Button, Collapse, Group, Paper, Text, Tooltip } from "@mantine/core";
import { IconCircleCheck, IconHelpCircle, IconRefresh, IconShieldX } from "@tabler/icons-react";
import { useState } from "react";
import { type AgentType, agents } from "../../../../contract/agent.ts";
import type { Credential } from "../../../../contract/credential.ts";
import { useCheckCredential, useDeleteCredential } from "../../api/credentials.ts";
import { useMay } from "../../api/session.ts";
import { formatInstant } from "../../format/instant.ts";
import { tellFailure, tellSuccess } from "../../lib/errors.ts";
import { confirm } from "../confirm.tsx";
import { CredentialIcon } from "../icons.ts";
import { CredentialForm } from "./credential-form.tsx";
import classes from "./credentials.module.css";
import { checks, kinds } from "./labels.ts";

const icons = { accepted: IconCircleCheck, refused: IconShieldX, unknown: IconHelpCircle };

/** The credential of one agent type: what is set, whether it works, Reconfigure in place, and Remove. */
export function CredentialCard({
  agentType,
  credential,
}: {
  agentType: AgentType;
  credential: Credential | undefined;
}) {
  const [open, setOpen] = useState(false);
  const mayChange = useMay("admin");
  const remove = useDeleteCredential();
  const { label } = agents[agentType];
  const askToRemove = () =>
    confirm({
      title: `Remove the credential of ${label}?`,
      text: <StopsWorking tasks={credential?.tasks ?? []} label={label} />,
      confirm: "Remove",
      onConfirm: () =>
        remove.mutate(agentType, {
          onSuccess: () => tellSuccess(`The credential of ${label} is removed.`),
          onError: (error) => tellFailure("The credential was not removed.", error),
        }),
    });
  return (
    <Paper component="section" className={classes.card} aria-label={`Credential of ${label}`}>
      <div className={classes.row}>
        <CredentialIcon size={18} stroke={1.7} aria-hidden className={classes.key} />
        <div className={classes.what}>
          <Text fw={550} truncate>
            {label}
          </Text>
          <Text size="sm" c="dimmed" component="div" className={classes.state}>
            {credential ? (
              <>
                <span className={classes.kind}>
                  {kinds[credential.kind].label} <span className="tabular">…{credential.lastFour}</span>
                </span>
                <Check credential={credential} mayCheck={mayChange} />
              </>
            ) : (
              "No credential is set"
            )}
          </Text>
        </div>
        {mayChange && (
          <Group gap={6} wrap="nowrap" className={classes.buttons}>
            <Button variant="default" aria-expanded={open} onClick={() => setOpen(!open)}>
              {credential ? "Reconfigure" : "Set up"}
            </Button>
            {credential && (
              <Button variant="subtle" color="red" loading={remove.isPending} onClick={askToRemove} px={8}>
                Remove
              </Button>
            )}
          </Group>
        )}
      </div>
      <Collapse expanded={open} keepMounted={false}>
        <div className={classes.form}>
          <CredentialForm agentType={agentType} onSaved={() => setOpen(false)} onCancel={() => setOpen(false)} />
        </div>
      </Collapse>
    </Paper>
  );
}

function Check({ credential, mayCheck }: { credential: Credential; mayCheck: boolean }) {
  const check = useCheckCredential();
  const { label, text } = checks[credential.check];
  const Icon = icons[credential.check];
  const when = credential.checkedAt === null ? "" : ` ${formatInstant(credential.checkedAt)}.`;
  const ask = () =>
    check.mutate(credential.agentType, {
      onSuccess: (checked) => tellSuccess(checks[checked.check].text),
      onError: (error) => tellFailure("The credential was not checked.", error),
    });
  return (
    <span className={classes.checked}>
      <Tooltip label={`${text}${when}`}>
        <span className={classes.check} data-check={credential.check}>
          <Icon size={14} aria-hidden />
          {label}
        </span>
      </Tooltip>
      {mayCheck && (
        <Tooltip label="Check again">
          <ActionIcon
            size={22}
            loading={check.isPending}
            onClick={ask}
            aria-label={`Check again: ${agents[credential.agentType].label}`}
          >
            <IconRefresh size={14} aria-hidden />
          </ActionIcon>
        </Tooltip>
      )}
    </span>
  );
}

function StopsWorking({ tasks, label }: { tasks: string[]; label: string }) {
  if (tasks.length === 0) return <>No enabled task uses it. You can set it up again at any time.</>;
  return (
    <>
      {tasks.length === 1 ? "This task stops" : "These tasks stop"} working until {label} has a credential again:
      <ul className={classes.tasks}>
        {tasks.map((name) => (
          <li key={name}>{name}</li>
        ))}
      </ul>
    </>
  );
}
