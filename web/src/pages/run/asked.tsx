import { Skeleton, Stack } from "@mantine/core";
import type { Run } from "../../../../contract/run.ts";
import { useRunInput } from "../../api/runs.ts";
import { ErrorNotice } from "../../ui/error-notice.tsx";
import classes from "./run.module.css";

/** What the run was asked: its task's definition as it was then, which may be another by now. */
export function Asked({ run }: { run: Run | undefined }) {
  const { data: asked, error, refetch } = useRunInput(run?.id);
  if (asked === null)
    return <p className={classes.origin}>It is not kept: the run was skipped, or is older than that.</p>;
  if (!asked) return error ? <ErrorNotice error={error} retry={refetch} /> : <Skeleton height={80} />;
  const source = asked.sourceUrl && [asked.sourceUrl, asked.subPath].filter(Boolean).join(", ");
  return (
    <Stack gap="md">
      {source && <Words name="Source" text={source} />}
      <Words name="Prompt" text={asked.prompt} />
      {asked.input && <Words name="Input" text={asked.input} />}
    </Stack>
  );
}

function Words({ name, text }: { name: string; text: string }) {
  return (
    <div>
      <div className={classes.askedName}>{name}</div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <section className={classes.asked} aria-label={name} tabIndex={0}>
        {text}
      </section>
    </div>
  );
}
