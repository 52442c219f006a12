import {
  DescribeTasksCommand,
  ECSClient,
  ECSServiceException,
  ListTasksCommand,
  RunTaskCommand,
  StopTaskCommand,
} from "@aws-sdk/client-ecs";
import type { Config } from "../context.ts";
import { hashOf } from "../digest.ts";
import { clientDefaults, lazy } from "./client.ts";

const client = lazy(() => new ECSClient(clientDefaults));

/** What ties a container to its run: the run's id and the attempt. */
export function startedBy(runId: string, attempt: number): string {
  return `${runId}/${attempt}`;
}
export function readStartedBy(value: string | undefined): { runId: string; attempt: number } | undefined {
  const match = /^(run_[0-9A-Z]{26})\/(\d+)$/.exec(value ?? "");
  return match ? { runId: match[1] as string, attempt: Number(match[2]) } : undefined;
}

export type Launch =
  | { kind: "started" }
  /** Nothing was started, and trying again later may help. */
  | { kind: "no-room"; reason: string }
  /** Nothing was started, and trying again will not help. */
  | { kind: "refused"; reason: string }
  /** Nobody can tell: the answer was lost. The same call may be made again. */
  | { kind: "unknown"; reason: string };

/**
 * Starts one container for an attempt. The client token makes a repeated call start no second one. Throttling and want
 * of room come in several shapes: as exceptions, as InvalidParameterException, and as `failures` of an answer with 200.
 */
export async function launchContainer(
  config: Config,
  work: { runId: string; attempt: number; tries: number; taskDefinition: string; environment: Record<string, string> },
): Promise<Launch> {
  const identity = startedBy(work.runId, work.attempt);
  // ECS remembers a token's answer: a call that found no room is not made under the same one again.
  const token = work.tries === 0 ? identity : `${identity}/${work.tries}`;
  const command = new RunTaskCommand({
    cluster: config.cluster,
    taskDefinition: work.taskDefinition,
    launchType: "FARGATE",
    clientToken: hashOf(token),
    startedBy: identity,
    propagateTags: "TASK_DEFINITION",
    networkConfiguration: {
      awsvpcConfiguration: {
        subnets: config.subnets,
        securityGroups: [config.securityGroup],
        assignPublicIp: "ENABLED",
      },
    },
    overrides: {
      containerOverrides: [
        {
          name: "runner",
          environment: Object.entries(work.environment).map(([name, value]) => ({ name, value })),
        },
      ],
    },
  });
  try {
    const { tasks = [], failures = [] } = await client().send(command);
    if (tasks.length > 0) return { kind: "started" };
    return { kind: "no-room", reason: failures.map((failure) => failure.reason).join(", ") || "no task was started" };
  } catch (error) {
    return classify(error);
  }
}

function classify(error: unknown): Launch {
  if (!(error instanceof ECSServiceException)) return { kind: "unknown", reason: String(error) };
  const reason = `${error.name}: ${error.message}`;
  // Another call under this token went through with other parameters: the container is on its way.
  if (error.name === "ConflictException") return { kind: "started" };
  const busy = /throttl|rate exceeded|limit exceeded|capacity|concurrent|too many/i;
  const busyNames = /^(ThrottlingException|TooManyRequestsException|LimitExceededException|ServerException)$/;
  if (error.$retryable?.throttling || busyNames.test(error.name) || busy.test(error.message)) {
    return { kind: error.name === "ServerException" ? "unknown" : "no-room", reason };
  }
  return error.$fault === "server" ? { kind: "unknown", reason } : { kind: "refused", reason };
}

/** Asks a container to stop: SIGTERM, then SIGKILL. One that has ended or is forgotten is fine. */
export async function stopContainer(config: Config, taskArn: string, reason: string): Promise<void> {
  try {
    await client().send(new StopTaskCommand({ cluster: config.cluster, task: taskArn, reason: reason.slice(0, 255) }));
  } catch (error) {
    if (error instanceof ECSServiceException && error.name === "InvalidParameterException") return;
    throw error;
  }
}

const startingStates = ["PROVISIONING", "PENDING", "ACTIVATING"];

export interface Container {
  taskArn: string;
  startedBy: string | undefined;
  createdAt: Date | undefined;
  /** ECS is still bringing it up. */
  starting: boolean;
  stopped: boolean;
}

/** The containers of these ARNs; one that ECS has forgotten counts as stopped. */
export async function describeContainers(config: Config, taskArns: string[]): Promise<Container[]> {
  const found: Container[] = [];
  for (let start = 0; start < taskArns.length; start += 100) {
    const page = taskArns.slice(start, start + 100);
    const { tasks = [] } = await client().send(new DescribeTasksCommand({ cluster: config.cluster, tasks: page }));
    for (const taskArn of page) {
      const task = tasks.find((candidate) => candidate.taskArn === taskArn);
      const stopped = !task || task.lastStatus === "STOPPED";
      const starting = startingStates.includes(task?.lastStatus ?? "");
      found.push({ taskArn, startedBy: task?.startedBy, createdAt: task?.createdAt, starting, stopped });
    }
  }
  return found;
}

/** Every container of the cluster that is not asked to stop yet. */
export async function listContainers(config: Config): Promise<Container[]> {
  return describeContainers(config, await listArns(config));
}

/** The container of an attempt, while it is not asked to stop. */
export async function findContainer(config: Config, runId: string, attempt: number): Promise<string | undefined> {
  return (await listArns(config, startedBy(runId, attempt)))[0];
}

async function listArns(config: Config, startedBy?: string): Promise<string[]> {
  const arns: string[] = [];
  let nextToken: string | undefined;
  do {
    const command = new ListTasksCommand({ cluster: config.cluster, desiredStatus: "RUNNING", startedBy, nextToken });
    const page = await client().send(command);
    arns.push(...(page.taskArns ?? []));
    nextToken = page.nextToken;
  } while (nextToken);
  return arns;
}
