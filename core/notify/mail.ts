import { statusLabels } from "../../contract/run.ts";
import { MailRefused, sendMail } from "../aws/mail.ts";
import { indexParts, type RunRow, tookEffect } from "../aws/table/index.ts";
import type { Context } from "../context.ts";
import { logFault } from "../logger.ts";
import { resultOf, runSummaryOf } from "../run/view.ts";
import { isAhead, plus } from "../time.ts";
import { mailboxOf, mimeOf } from "./mime.ts";

/**
 * After this many refusals, or one that is for good, a mail is given up; the run shows why. With the growing wait that is
 * about 16 hours.
 */
const maxTries = 12;
/** The longest wait before another try, in seconds. */
const longestPause = 4 * 3600;
/** How long a sender may take before the sweep takes over from it, in seconds. */
const senderLease = 120;

/**
 * Sends the e-mail of an ended run from its outbox. One sender at a time: `sending` is a claim with a lease. SES has no
 * token to tell a repeated call by. So where nobody can know whether SES has taken a mail (its answer was lost, or the
 * sender died before it noted it) it is sent again: a second mail is better than none.
 */
export async function deliver(ctx: Context, run: RunRow): Promise<void> {
  if (run.sweep !== "outbox" || run.emailTo === undefined || isAhead(ctx.now(), run.emailRetryAt, longestPause)) return;
  if (!(await claimMail(ctx, run))) return;
  try {
    const mail = {
      from: ctx.config.mailFrom,
      to: run.emailTo,
      ...mailOf(ctx, run, await resultOf(ctx, run)),
      date: ctx.now(),
    };
    await sendMail({ from: mailboxOf(mail.from).address, to: mail.to, raw: mimeOf(mail) });
  } catch (error) {
    logFault("mail refused", error, { runId: run.runId });
    const forGood = error instanceof MailRefused && error.forGood;
    return keepForLater(ctx, run, { message: error instanceof Error ? error.message : String(error), forGood });
  }
  await noteSent(ctx, run);
}

/** SES has the mail: a fault here must not send it again, so the note is tried for as long as it makes sense. */
async function noteSent(ctx: Context, run: RunRow, triesLeft = 4): Promise<void> {
  try {
    await mark(ctx, run)
      .set({ emailState: "sent", emailSentAt: ctx.now().toISOString(), sweep: "none" })
      .remove(["emailError", "emailRetryAt"])
      .go();
  } catch (error) {
    if (triesLeft === 0) throw error;
    return noteSent(ctx, run, triesLeft - 1);
  }
}

async function claimMail(ctx: Context, run: RunRow): Promise<boolean> {
  const claimed = mark(ctx, run)
    .set({ emailState: "sending", emailRetryAt: plus(ctx.now(), senderLease) })
    .add({ emailAttempts: 1 })
    .where((row, { eq }) => `${eq(row.emailAttempts, run.emailAttempts)} AND ${eq(row.sweep, "outbox")}`);
  return tookEffect(claimed.go());
}

/** The mail waits in the run for its next try, or is given up where another would not help. */
async function keepForLater(
  ctx: Context,
  run: RunRow,
  refused: Pick<MailRefused, "message" | "forGood">,
): Promise<void> {
  const tries = run.emailAttempts + 1;
  const last = refused.forGood || tries >= maxTries;
  await mark(ctx, run)
    .set({
      emailState: last ? "failed" : "pending",
      emailError: refused.message.slice(0, 300),
      emailRetryAt: plus(ctx.now(), Math.min(30 * 2 ** tries, longestPause)),
      sweep: last ? "none" : "outbox",
    })
    .go();
}

function mark(ctx: Context, run: RunRow) {
  const { workspaceId, taskId, shard } = indexParts(run);
  return ctx.table.entities.run.patch({ runId: run.runId }).composite({ workspaceId, taskId, shard });
}

function mailOf(ctx: Context, row: RunRow, result: string | null): { subject: string; text: string } {
  const run = runSummaryOf(row);
  const status = statusLabels[run.status];
  const unknown = run.startedAt === null ? "none" : "not known";
  const cost = run.costUsd === null ? unknown : `$${run.costUsd.toFixed(4)}`;
  const duration = run.durationMs === null ? "did not start" : `${Math.round(run.durationMs / 1000)} s`;
  const lines = [
    `${run.taskName}: ${status}`,
    "",
    ...(run.error ? [`${run.error.message} ${run.error.nextStep}`, ""] : []),
    ...(result ? [result, ""] : []),
    ...(row.disabledTaskAfter === undefined ? [] : [...disabledNote(ctx, row), ""]),
    `Run       ${run.id}`,
    `Trigger   ${run.trigger}`,
    `Duration  ${duration}`,
    `Cost      ${cost}`,
    `Details   ${ctx.config.consoleUrl}/runs/${run.id}`,
  ];
  return { subject: `[Errand] ${run.taskName}: ${status}`, text: `${lines.join("\n")}\n` };
}

/** What nobody would notice before the task's next slot does not come. */
function disabledNote(ctx: Context, { disabledTaskAfter, taskName, taskId }: RunRow): string[] {
  return [
    `This was failure number ${disabledTaskAfter} in a row, so the task was disabled: its schedule starts nothing any more.`,
    `Correct the cause, then enable it at ${ctx.config.consoleUrl}/tasks/${taskId}`,
    `or with: errand task enable ${JSON.stringify(taskName)}`,
  ];
}
