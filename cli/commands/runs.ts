import { type Command, InvalidArgumentError } from "commander";
import { ApiError } from "../../contract/client.ts";
import { type RunStatus, type RunSummary, runStatuses, statusLabels } from "../../contract/run.ts";
import { action, type Context, type Shell } from "../context.ts";
import { allItems, findRun, findTask } from "../find.ts";
import { duration, money, relative } from "../format.ts";
import { addPageFlags, moreHint, type PageFlags, pageQuery } from "../page.ts";
import { runDetails, statusCell } from "../show.ts";
import type { Column } from "../table.ts";

type RunsFlags = PageFlags & { status?: RunStatus };

const examples = `
Examples:
  errand runs
  errand runs nightly --status failed
  errand runs --status running --json | jq -r '.items[].id'`;

export function addRuns(program: Command, shell: Shell): void {
  const runs = program
    .command("runs")
    .description("list runs, newest first")
    .argument("[task]", "only those of this task");
  addPageFlags(runs)
    .option("--status <status>", `only with this status: ${runStatuses.join(", ")}`, status)
    .addHelpText("after", examples)
    .action(action<[string | undefined], RunsFlags>(shell, listRuns));
  program
    .command("show")
    .description("show a run: what it was asked, status, result, cost")
    .argument("<run>", "a run's id, or a task's name for its latest run")
    .action(action<[string]>(shell, showRun));
}

async function listRuns(context: Context, flags: RunsFlags, reference: string | undefined) {
  const page = await pageOf(context, flags, reference);
  context.answer(page, ({ items }) => (items.length === 0 ? "No runs." : context.table(items, columns(context))));
  moreHint(context, page);
  return undefined;
}

async function pageOf({ client }: Context, flags: RunsFlags, reference: string | undefined) {
  if (reference === undefined) return client.listRuns({ query: { ...pageQuery(flags), status: flags.status } });
  const params = { taskId: (await findTask(client, reference)).id };
  if (flags.status === undefined) return client.listTaskRuns({ params, query: pageQuery(flags) });
  // The API filters by status over all tasks only; a task keeps so few runs that all can be looked through.
  const all = await allItems((query) => client.listTaskRuns({ params, query }));
  return { items: all.filter((run) => run.status === flags.status).slice(0, flags.limit), nextCursor: null };
}

async function showRun(context: Context, _: object, reference: string) {
  const runId = await findRun(context.client, reference);
  const params = { runId };
  const [run, asked] = await Promise.all([
    context.client.getRun({ params }),
    context.client.getRunInput({ params }).catch(orNothing),
  ]);
  context.answer({ ...run, asked }, () => runDetails(context, run, asked));
  return undefined;
}

/** What a slot that was skipped was asked is not kept. */
function orNothing(error: unknown): null {
  if (error instanceof ApiError && error.code === "not_found") return null;
  throw error;
}

function columns({ terminal }: Context): Column<RunSummary>[] {
  const now = terminal.now();
  return [
    { title: "ID", cell: (run) => run.id },
    { title: "TASK", cell: (run) => run.taskName, shrinks: true },
    { title: "STATUS", cell: (run) => statusCell(run, { colors: terminal.colors, now }) },
    { title: "CREATED", cell: (run) => relative(run.createdAt, now) },
    { title: "TOOK", cell: (run) => duration(run.durationMs), optional: true },
    { title: "COST", cell: (run) => money(run.costUsd), optional: true },
    { title: "TRIGGER", cell: (run) => run.trigger.toLowerCase(), optional: true },
    { title: "ERROR", cell: (run) => run.error?.code ?? "", shrinks: true, optional: true },
  ];
}

/** A status by its code or by the word that people see, in any case. */
function status(value: string): RunStatus {
  const wanted = value.toLowerCase().replace(/[-_]/g, " ");
  const found = runStatuses.find(
    (each) => each.toLowerCase().replaceAll("_", " ") === wanted || statusLabels[each].toLowerCase() === wanted,
  );
  if (!found) throw new InvalidArgumentError(`It must be one of ${runStatuses.join(", ")}.`);
  return found;
}
