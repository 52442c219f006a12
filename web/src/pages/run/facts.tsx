import { Anchor, Skeleton } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { agents } from "../../../../contract/agent.ts";
import type { Run } from "../../../../contract/run.ts";
import { formatCompact, formatNumber } from "../../format/number.ts";
import { paths } from "../../lib/paths.ts";
import { Actor } from "../../ui/actor.tsx";
import { Money, RunDuration } from "../../ui/amounts.tsx";
import { When } from "../../ui/when.tsx";
import classes from "./run.module.css";

const names = [
  "Started At",
  "Duration",
  "Cost",
  "Model",
  "Agent Type",
  "Turns",
  "Tokens",
  "E-mail",
  "Requested By",
  "Attempt",
  "Executor",
  "Commit",
] as const;
const executorLabels: Record<Run["executor"], string> = { container: "Container" };

/** The figures of a run. */
export function Facts({ run }: { run: Run | undefined }) {
  const values: Record<(typeof names)[number], ReactNode> | undefined = run && {
    "Started At": <When at={run.startedAt} none="Not started" />,
    Duration: <RunDuration run={run} />,
    Cost: <Money usd={run.costUsd} />,
    Model: run.model,
    "Agent Type": agents[run.agentType].label,
    Turns: run.turns === null ? "–" : formatNumber(run.turns),
    Tokens: <Tokens run={run} />,
    "E-mail": <Email email={run.email} />,
    "Requested By": <Actor by={run.requestedBy} />,
    Attempt: formatNumber(run.attempt),
    Executor: executorLabels[run.executor],
    Commit: run.commit === null ? "–" : <code title={run.commit}>{run.commit.slice(0, 12)}</code>,
  };
  return (
    <>
      <dl className={classes.facts}>
        {names.map((name) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{values ? values[name] : <Skeleton height={14} width={90} my={4} />}</dd>
          </div>
        ))}
      </dl>
      {run?.parentRunId && (
        <p className={classes.origin}>
          This run retries{" "}
          <Anchor renderRoot={(props) => <Link {...paths.run(run.parentRunId ?? "")} {...props} />} inherit>
            an earlier one
          </Anchor>
          .
        </p>
      )}
    </>
  );
}

function Tokens({ run: { usage } }: { run: Run }) {
  if (!usage) return "–";
  const cached = usage.cacheReadTokens + usage.cacheWriteTokens;
  return (
    <>
      {formatCompact(usage.inputTokens)} in, {formatCompact(usage.outputTokens)} out
      {cached > 0 && <span className={classes.quiet}>{formatCompact(cached)} cached</span>}
    </>
  );
}

/** What became of the e-mail that was asked for. */
function Email({ email: { state, to, sentAt, error } }: { email: Run["email"] }) {
  const address = to && <span className={classes.quiet}>{to}</span>;
  switch (state) {
    case "none":
      return "Not asked for";
    case "pending":
    case "sending":
      return <>On its way{address}</>;
    case "sent":
      return (
        <>
          Sent <When at={sentAt} none="" />
          {address}
        </>
      );
    case "failed":
      return (
        <>
          Not sent
          <span className={classes.quiet}>{error ?? to}</span>
        </>
      );
  }
}
