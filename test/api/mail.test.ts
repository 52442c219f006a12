import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { CompleteInput } from "../../contract/work-order.ts";
import { mailboxOf } from "../../core/notify/mime.ts";
import { sweep } from "../../core/sweep.ts";
import type { SesAccount } from "../../local/aws/ses/ses.ts";
import { mailsTo, rawMails } from "../support/mail.ts";
import { modelCall, playRunner } from "../support/runner.ts";
import { canary, type Stack, startStack } from "../support/stack.ts";

/** How SES is set up; a test may change it. */
const account: { -readonly [key in keyof SesAccount]: SesAccount[key] } = {};

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ ses: account });
  await stack.client.putCredential({
    params: { agentType: "claude" },
    body: { kind: "anthropicapikey", value: canary },
  });
});
afterAll(() => stack.close());

/** Runs a task of this name whose mail goes to this address, and ends it so. */
async function end(name: string, notificationEmail: string | null, outcome: Partial<CompleteInput>) {
  const { id: taskId } = await stack.createTask({ name, notificationEmail });
  const { id } = await stack.client.runTask({ params: { taskId } });
  await (await playRunner(stack, id)).complete(outcome);
  return stack.client.getRun({ params: { runId: id } });
}

describe("the e-mail about a run", () => {
  it("that completed tells the result, the duration, the cost and where to read on", async () => {
    const result = "# Summary\n\n* Two findings – both small.\n* 100 % of the tests pass.";
    const run = await end("Nightly review", "done@example.com", { result, calls: [modelCall(1)] });
    expect(run.email).toEqual({ state: "sent", to: "done@example.com", sentAt: expect.any(String), error: null });
    const [mail, ...others] = await mailsTo(stack, "done@example.com");
    expect(others).toEqual([]);
    expect(mail?.subject).toBe("[Errand] Nightly review: Completed");
    expect(`${mail?.from?.name} <${mail?.from?.address}>`).toBe(stack.ctx.config.mailFrom);
    const text = mail?.text?.replaceAll("\r\n", "\n") ?? "";
    expect(text).toContain(result);
    for (const part of [
      "Nightly review: Completed",
      `Run       ${run.id}`,
      "Trigger   MANUAL",
      `Duration  ${Math.round((run.durationMs ?? 0) / 1000)} s`,
      "Cost      $0.0045",
      `Details   ${stack.ctx.config.consoleUrl}/runs/${run.id}`,
    ]) {
      expect(text).toContain(part);
    }
  });

  it("that failed tells what happened and what to do", async () => {
    const calls = [modelCall(1, { model: "my-own-model" })];
    const error = { code: "CLONE_FAILED" } as const;
    await end("Broken", "failed@example.com", { outcome: "FAILED", error, calls });
    const [mail] = await mailsTo(stack, "failed@example.com");
    expect(mail?.subject).toBe("[Errand] Broken: Failed");
    expect(mail?.text).toContain(
      "The repository could not be cloned. Check the source URL, the branch and the git token.",
    );
    expect(mail?.text).toContain("Cost      not known");
  });

  it("that failed before it could start is sent too", async () => {
    const { id: taskId } = await stack.createTask({ agentType: "codex", notificationEmail: "early@example.com" });
    const { id } = await stack.client.runTask({ params: { taskId } });
    const run = await stack.client.getRun({ params: { runId: id } });
    expect(run).toMatchObject({ status: "FAILED", email: { state: "sent" } });
    const [mail] = await mailsTo(stack, "early@example.com");
    expect(mail?.text).toContain("No credential is stored for this agent type. Store one, then retry the run.");
    expect(mail?.text?.replaceAll("\r\n", "\n")).toContain("Duration  did not start\nCost      none\n");
  });

  it("goes to the address that the task had when the run began", async () => {
    const { id: taskId } = await stack.createTask({ notificationEmail: "then@example.com" });
    const { id } = await stack.client.runTask({ params: { taskId } });
    await stack.client.updateTask({ params: { taskId }, body: { notificationEmail: "now@example.com" } });
    await (await playRunner(stack, id)).complete();
    expect(await mailsTo(stack, "then@example.com")).toHaveLength(1);
    expect(await mailsTo(stack, "now@example.com")).toEqual([]);
  });

  it("is not sent when nobody asked for one", async () => {
    const before = rawMails(stack).length;
    const run = await end("quiet", null, { result: "done" });
    expect(run.email).toEqual({ state: "none", to: null, sentAt: null, error: null });
    expect(rawMails(stack)).toHaveLength(before);
  });

  it("is sent once, however often the sweep comes by and the outcome is reported", async () => {
    const { id: taskId } = await stack.createTask({ notificationEmail: "once@example.com" });
    const { id } = await stack.client.runTask({ params: { taskId } });
    const runner = await playRunner(stack, id);
    await Promise.all([runner.complete(), runner.complete(), stack.invoke("sweeper", {})]);
    await Promise.all([1, 2, 3].map(() => stack.invoke("sweeper", {})));
    expect(await mailsTo(stack, "once@example.com")).toHaveLength(1);
  });

  it("that SES refuses waits in the run, with the reason, and goes out later", async () => {
    stack.aws.faults.add({ service: "ses", operation: "*", kind: "error500", times: 10 });
    const waiting = await end("delayed", "later@example.com", { result: "done" });
    stack.aws.faults.clear();
    expect(waiting).toMatchObject({
      status: "DONE",
      email: { state: "pending", sentAt: null, error: expect.any(String) },
    });
    expect(await mailsTo(stack, "later@example.com")).toEqual([]);
    const emailRetryAt = new Date(Date.now() - 1000).toISOString();
    await stack.ctx.table.entities.run.patch({ runId: waiting.id }).set({ emailRetryAt }).go();
    await sweep(stack.later(90));
    const sent = await stack.client.getRun({ params: { runId: waiting.id } });
    expect(sent.email).toMatchObject({ state: "sent", error: null });
    expect(await mailsTo(stack, "later@example.com")).toHaveLength(1);
  });
});

describe("an account of SES that refuses a mail", () => {
  afterEach(() => {
    for (const key of Object.keys(account)) delete account[key as keyof SesAccount];
  });

  /** How the mail of a run fares while SES is set up so. */
  async function fate(name: string, setup: SesAccount) {
    Object.assign(account, setup);
    return (await end(name, "ann@example.org", { result: "done" })).email;
  }

  it("for good, because it does not know the sender, is not asked again, and the run says what to do", async () => {
    const email = await fate("unknown sender", { identities: {} });
    const error = expect.stringMatching(/^SES does not know \S+@\S+ in [a-z0-9-]+\. Verify the address or its domain/);
    expect(email).toMatchObject({ state: "failed", error });
  });

  it("for good, because it is in the sandbox, is not asked again, and the run says what to do", async () => {
    const sender = mailboxOf(stack.ctx.config.mailFrom).address;
    const email = await fate("sandbox", { identities: { [sender]: {} }, sandbox: true });
    const error = expect.stringMatching(/sandbox .* Verify ann@example\.org .*, or ask there for production access\.$/);
    expect(email).toMatchObject({ state: "failed", error });
  });

  it("for now is asked again later", async () => {
    const email = await fate("paused", { paused: true });
    expect(email).toMatchObject({ state: "pending", error: expect.stringMatching(/^SES has paused sending\./) });
  });
});
