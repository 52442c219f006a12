import { type Command, Option } from "commander";
import type { Task } from "../../contract/task.ts";
import { action, type Context, type Shell } from "../context.ts";
import { toldBy, usageError } from "../exit.ts";
import { findTask, isTaskId } from "../find.ts";
import { relative, scheduleWords } from "../format.ts";
import { addPageFlags, moreHint, type PageFlags, pageQuery } from "../page.ts";
import { confirmLoss } from "../secret.ts";
import { runWords, taskDetails } from "../show.ts";
import type { Column } from "../table.ts";
import {
  addTaskFlags,
  type Clearable,
  clearableFields,
  cleared,
  fieldsOf,
  flagOf,
  type TaskFlags,
} from "../task-flags.ts";

const createExamples = `
Examples:
  errand task create triage --prompt "Label the new issues" --preset weekdays-9am --timezone Europe/Stockholm
  errand task create nightly --prompt-file nightly.md --cron "0 3 * * *" --source-url https://github.com/me/app
  gh auth token | errand task create docs --prompt "Fix typos" --source-url https://github.com/me/docs --git-token`;

const updateExamples = `
Examples:
  errand task update nightly --cron "30 4 * * *" --timezone Europe/Stockholm
  errand task update nightly --clear model --clear email`;

export function addTask(program: Command, shell: Shell): void {
  const task = program.command("task").description("create, show and change tasks");
  const create = task.command("create").description("create a task").argument("<name>", "its name");
  addTaskFlags(create)
    .option("--disabled", "do not run it on its schedule yet")
    .addHelpText("after", createExamples)
    .action(action<[string], TaskFlags & { disabled?: true }>(shell, createTask));
  addPageFlags(task.command("list").description("list tasks, oldest first")).action(
    action<[], PageFlags>(shell, listTasks),
  );
  task
    .command("show")
    .description("show everything about a task")
    .argument("<task>", "its name or id")
    .action(action<[string]>(shell, showTask));
  const update = task
    .command("update")
    .description("change a task; what is not named stays")
    .argument("<task>", "its name or id")
    .option("--name <name>", "a new name");
  addTaskFlags(update)
    .addOption(new Option("--clear <field...>", "set fields to nothing").choices(clearableFields))
    .addHelpText("after", updateExamples)
    .action(action<[string], UpdateFlags>(shell, updateTask));
  task
    .command("delete")
    .description(
      "delete a task and its schedule; a run that goes on is cancelled, ended runs stay for 90 days. For an hour " +
        "`task restore` brings it back",
    )
    .argument("<task>", "its name or id")
    .option("--yes", "do not ask")
    .action(action<[string], { yes?: true }>(shell, deleteTask));
  task
    .command("restore")
    .description("bring a task back that was deleted within the last hour")
    .argument("<id>", "its id: its name is free since it was deleted")
    .action(action<[string]>(shell, restoreTask));
  for (const [name, enabled, description] of [
    ["enable", true, "run a task on its schedule again"],
    ["disable", false, "keep a task, but run it only when asked to"],
  ] as const) {
    task
      .command(name)
      .description(description)
      .argument("<task>", "its name or id")
      .action(action<[string]>(shell, (context, _, reference) => setEnabled(context, reference, enabled)));
  }
}

type UpdateFlags = TaskFlags & { name?: string; clear?: Clearable[] };

async function createTask(context: Context, flags: TaskFlags & { disabled?: true }, name: string) {
  if (flags.prompt === undefined && flags.promptFile === undefined) {
    throw usageError("A task needs a prompt: give --prompt TEXT or --prompt-file FILE.");
  }
  const { client, terminal } = context;
  const fields = await fieldsOf(flags, terminal);
  const body = { ...fields, name, prompt: fields.prompt ?? "", ...(flags.disabled && { enabled: false }) };
  const created = await client.createTask({ body }).catch(byFlag(context, flags, "NAME"));
  context.answer(created, (task) => `Created task "${task.name}" (${task.id}).\n${nextWords(context, task)}`);
  return undefined;
}

async function updateTask(context: Context, flags: UpdateFlags, reference: string) {
  const { client, terminal } = context;
  const task = await findTask(client, reference);
  const given = {
    ...(await fieldsOf(flags, terminal, task.schedule)),
    ...(flags.name !== undefined && { name: flags.name }),
  };
  const body = { ...given, ...cleared(flags.clear ?? [], given) };
  if (Object.keys(body).length === 0) throw usageError("Nothing to change: name at least one field.");
  const changed = await client
    .updateTask({ params: { taskId: task.id }, body, ifMatch: task.version })
    .catch(byFlag(context, flags, "--name"));
  context.answer(changed, (task) => `Changed task "${task.name}".\n${nextWords(context, task)}`);
  return undefined;
}

async function listTasks(context: Context, flags: PageFlags) {
  const page = await context.client.listTasks({ query: pageQuery(flags) });
  context.answer(page, ({ items }) => {
    if (items.length === 0) return "No tasks yet; `errand task create` makes one.";
    return context.table(items, taskColumns(context));
  });
  moreHint(context, page);
  return undefined;
}

async function showTask(context: Context, _: object, reference: string) {
  context.answer(await findTask(context.client, reference), (task) => taskDetails(context, task));
  return undefined;
}

async function deleteTask(context: Context, { yes }: { yes?: true }, reference: string) {
  const { client, terminal } = context;
  const task = await findTask(client, reference);
  await confirmLoss(terminal, `Delete task "${task.name}" and its schedule?`, yes);
  await client.deleteTask({ params: { taskId: task.id } });
  if (!context.json)
    context.print(`Deleted task "${task.name}". For an hour \`errand task restore ${task.id}\` brings it back.`);
  return undefined;
}

async function restoreTask(context: Context, _: object, taskId: string) {
  if (!isTaskId(taskId)) throw usageError("Give the id of the task; `errand task delete` has told it.");
  const restored = await context.client.restoreTask({ params: { taskId } });
  context.answer(restored, (task) => `Restored task "${task.name}".\n${nextWords(context, task)}`);
  return undefined;
}

async function setEnabled(context: Context, reference: string, enabled: boolean) {
  const { id, version } = await findTask(context.client, reference);
  const changed = await context.client.updateTask({ params: { taskId: id }, body: { enabled }, ifMatch: version });
  const word = enabled ? "Enabled" : "Disabled";
  context.answer(changed, (task) => `${word} task "${task.name}".\n${nextWords(context, task)}`);
  return undefined;
}

function taskColumns({ terminal }: Context): Column<Task>[] {
  const { colors } = terminal;
  const now = terminal.now();
  return [
    {
      title: "NAME",
      cell: (task) => ({ text: task.name, paint: task.enabled ? colors.bold : colors.dim }),
      shrinks: true,
    },
    { title: "AGENT", cell: (task) => task.agentType, optional: true },
    { title: "SCHEDULE", cell: scheduleWords, shrinks: true },
    { title: "NEXT RUN", cell: (task) => (task.enabled ? relative(task.nextRunAt, now) : "disabled") },
    { title: "LAST RUN", cell: (task) => runWords(task.lastRun, { colors, now }), shrinks: true },
  ];
}

function nextWords({ terminal }: Context, task: Task): string {
  if (!task.enabled) return `It is disabled; \`errand task enable "${task.name}"\` puts it on its schedule.`;
  if (task.nextRunAt === null) return `It runs when asked to: errand run "${task.name}" --follow`;
  return `${scheduleWords(task)}; next ${relative(task.nextRunAt, terminal.now())}.`;
}

function byFlag(context: Context, flags: TaskFlags, named: string) {
  return toldBy(context, (field) => flagOf(field, flags, named));
}
