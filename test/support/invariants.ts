import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DescribeTasksCommand, ECSClient, ListTasksCommand } from "@aws-sdk/client-ecs";
import { expect } from "vitest";
import { isTerminal } from "../../contract/run.ts";
import type { RunRow } from "../../core/aws/table/index.ts";
import { countsOf } from "../../core/task/count.ts";
import { readable } from "../../local/mail-file.ts";
import type { Stack } from "./stack.ts";

/** Recomputes from the runs what is counted as they change, and holds the rows against it. */
export async function checkInvariants(stack: Stack): Promise<void> {
  const { workspace, task, taskState, taskCount, run } = stack.ctx.table.entities;
  const [workspaces, tasks, runs, definitions, counts] = await Promise.all([
    workspace.scan.go({ pages: "all", consistent: true }),
    taskState.scan.go({ pages: "all", consistent: true }),
    run.scan.go({ pages: "all", consistent: true }),
    task.scan.go({ pages: "all", consistent: true }),
    taskCount.scan.go({ pages: "all", consistent: true }),
  ]);
  for (const { workspaceId, running } of workspaces.data) {
    const own = runs.data.filter((row) => row.workspaceId === workspaceId);
    expect({ workspaceId, running }).toEqual({ workspaceId, running: own.filter(isClaimed).length });
  }
  for (const { taskId, active, scheduled = 0, running, runCount } of tasks.data) {
    const own = runs.data.filter((row) => row.taskId === taskId);
    expect({ taskId, active, scheduled, running, runCount }).toEqual({
      taskId,
      active: own.filter((row) => !isTerminal(row.status) && row.sweep !== "scheduled").length,
      scheduled: own.filter((row) => row.sweep === "scheduled").length,
      running: own.filter(isClaimed).length,
      runCount: own.length,
    });
  }
  for (const { taskId, enabled, deletedAt, nextSlot } of tasks.data) {
    const definition = definitions.data.find((row) => row.taskId === taskId);
    expect({ taskId, enabled, deletedAt }).toEqual({
      taskId,
      enabled: definition?.enabled,
      deletedAt: definition?.deletedAt,
    });
    if (!enabled || definition?.schedule.type === "manual") expect(nextSlot).toBe("none");
  }
  for (const { workspaceId, total = 0, enabled = 0, failing = 0 } of counts.data) {
    const own = tasks.data.filter((row) => row.workspaceId === workspaceId);
    expect({ workspaceId, total, enabled, failing }).toEqual({ workspaceId, ...countsOf(own) });
  }
  for (const row of runs.data) checkRun(row);
  const identities = (await containersOf(stack)).map((container) => container.startedBy);
  expect(identities, "one container per attempt").toEqual([...new Set(identities)]);
}

const isClaimed = (row: RunRow) => row.status === "CLAIMED" || row.status === "PROCESSING";

function checkRun({ runId, status, sweep, endedAt, leaseUntil, attempt }: RunRow): void {
  const terminal = isTerminal(status);
  expect({ runId, ended: endedAt !== undefined, sweep }).toEqual({
    runId,
    ended: terminal,
    sweep: terminal
      ? expect.stringMatching(/none|outbox/)
      : status === "PENDING"
        ? expect.stringMatching(/waiting|scheduled/)
        : "active",
  });
  if (terminal) expect(leaseUntil).toBeUndefined();
  expect(attempt).toBeLessThanOrEqual(3);
}

export interface ContainerState {
  taskArn: string;
  startedBy: string;
  status: string;
}

/** Every container of the cluster, those that have stopped among them. */
export async function containersOf(stack: Stack, runId = ""): Promise<ContainerState[]> {
  const ecs = new ECSClient({ maxAttempts: 1, endpoint: stack.aws.url });
  const found: ContainerState[] = [];
  for (const desiredStatus of ["RUNNING", "STOPPED"] as const) {
    let nextToken: string | undefined;
    do {
      const page = await ecs.send(
        new ListTasksCommand({ cluster: stack.ctx.config.cluster, desiredStatus, nextToken }),
      );
      nextToken = page.nextToken;
      if (!page.taskArns?.length) break;
      const { tasks = [] } = await ecs.send(
        new DescribeTasksCommand({ cluster: stack.ctx.config.cluster, tasks: page.taskArns }),
      );
      for (const { taskArn = "", startedBy = "", lastStatus = "" } of tasks)
        if (startedBy.startsWith(runId)) found.push({ taskArn, startedBy, status: lastStatus });
    } while (nextToken);
  }
  return found;
}

/** The mails that tell of a run, as SES has sent them. */
export function mailsAbout(stack: Stack, runId: string): string[] {
  const folder = join(stack.dir, "aws", "mail");
  const mails = readdirSync(folder).filter((name) => name.endsWith(".eml"));
  const texts = mails.map((name) => readable(readFileSync(join(folder, name), "utf8")));
  return texts.filter((mail) => mail.includes(runId));
}
