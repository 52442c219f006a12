import * as client from "@aws-sdk/client-ecs";
import { ClientTokens } from "../idempotency.ts";
import type { LogStore } from "../logs/store.ts";
import { pageOf } from "../paging.ts";
import { AwsError } from "../protocol/errors.ts";
import { loadModel } from "../protocol/model.ts";
import type { Answer, Checked, Service } from "../protocol/service.ts";
import type { AwsContext } from "../store.ts";
import { Containers, type Images } from "./containers.ts";
import { EventOutbox, type OnEvent } from "./events.ts";
import { Lifecycle } from "./lifecycle.ts";
import { checkAgainstDefinition, checkRunTask, newTask, type RunTask } from "./run-task.ts";
import { TaskDefinitions } from "./task-definitions.ts";
import type { TaskRecord } from "./task-record.ts";
import { describeTask, TaskStore } from "./tasks.ts";

const launchTypes = Object.values(client.LaunchType);
const model = loadModel({
  service: "ecs",
  protocol: "awsJson1_1",
  client,
  invalid: "InvalidParameterException",
  enums: {
    "RunTaskRequest.launchType": launchTypes,
    "ListTasksRequest.launchType": launchTypes,
    "ListTasksRequest.desiredStatus": Object.values(client.DesiredStatus),
    "RegisterTaskDefinitionRequest.networkMode": Object.values(client.NetworkMode),
    "RegisterTaskDefinitionRequest.requiresCompatibilities": Object.values(client.Compatibility),
    "AwsVpcConfiguration.assignPublicIp": Object.values(client.AssignPublicIp),
    "LogConfiguration.logDriver": Object.values(client.LogDriver),
  },
});

const CLUSTER_NAME = /^[A-Za-z0-9_-]{1,255}$/;
const RUN_TASK = "ecs:RunTask";

export interface EcsOptions {
  readonly images: Images;
  readonly onEvent: OnEvent;
  readonly logs: LogStore;
  /** The address of this server; containers find their metadata below it. */
  readonly url: () => string;
  /** Whether containers find their role's credentials there too. */
  readonly withRole: boolean;
  /** Called when there is something for `tick` to do at once. */
  readonly wake: () => void;
}

export interface Ecs extends Service {
  tick(): Promise<void>;
  /** Resolves when every event that was started on its way has been taken or refused. */
  settled(): Promise<void>;
  /** Asks every task to stop, as the machine it runs on does when it goes down. True when none is left. */
  stopAll(reason: string): boolean;
  /** Ends every container at once. */
  killAll(): void;
  /** What `${ECS_CONTAINER_METADATA_URI_V4}/task` answers; undefined for a task that is not there. */
  metadata(taskId: string): Record<string, unknown> | undefined;
}

/** ECS with containers as processes of this machine. */
export function ecs(context: AwsContext, options: EcsOptions): Ecs {
  const outbox = new EventOutbox(context, options.onEvent);
  const tasks = new TaskStore(context, outbox);
  const definitions = new TaskDefinitions(context);
  const tokens = new ClientTokens(context);
  const containers = new Containers(options.images, options.logs, context.dataDir, options.wake);
  const given = (taskId: string) => ({
    ECS_CONTAINER_METADATA_URI_V4: `${options.url()}/v4/${taskId}`,
    ...(options.withRole && { AWS_CONTAINER_CREDENTIALS_FULL_URI: `${options.url()}/v2/credentials/${taskId}` }),
  });
  const lifecycle = new Lifecycle(context, { tasks, definitions, containers, logs: options.logs }, given);
  context.store.define("CREATE TABLE IF NOT EXISTS clusters (name TEXT PRIMARY KEY) STRICT");
  lifecycle.recover();

  const clusterArn = (name: string) => `arn:aws:ecs:${context.region}:${context.account}:cluster/${name}`;
  const clusterName = (id: string | undefined) => (id ?? "default").replace(/^arn:aws:ecs:[^:]+:[^:]+:cluster\//, "");
  const clusterExists = (name: string) =>
    context.store.one("SELECT 1 FROM clusters WHERE name = ?", name) !== undefined;

  function requireCluster(id: string | undefined): string {
    const name = clusterName(id);
    if (!clusterExists(name)) throw new AwsError("ClusterNotFoundException", "Cluster not found.");
    return clusterArn(name);
  }

  function describeCluster(name: string): client.Cluster {
    const unfinished = tasks.unfinished().filter((task) => task.clusterArn === clusterArn(name));
    const running = unfinished.filter((task) => task.lastStatus === "RUNNING").length;
    return {
      clusterArn: clusterArn(name),
      clusterName: name,
      status: "ACTIVE",
      runningTasksCount: running,
      pendingTasksCount: unfinished.length - running,
      activeServicesCount: 0,
      registeredContainerInstancesCount: 0,
    };
  }

  function createCluster(input: Checked<client.CreateClusterRequest>): Answer<client.CreateClusterResponse> {
    const name = input.clusterName ?? "default";
    if (!CLUSTER_NAME.test(name))
      throw invalid("Cluster name must be 1 to 255 letters, numbers, hyphens and underscores.");
    context.store.run("INSERT OR IGNORE INTO clusters VALUES (?)", name);
    return { cluster: describeCluster(name) };
  }

  function describeClusters(input: Checked<client.DescribeClustersRequest>): Answer<client.DescribeClustersResponse> {
    const names = (input.clusters?.length ? input.clusters : ["default"]).map(clusterName);
    const missing = names.filter((name) => !clusterExists(name));
    return {
      clusters: names.filter(clusterExists).map(describeCluster),
      failures: missing.map((name) => ({ arn: clusterArn(name), reason: "MISSING" })),
    };
  }

  function runTask(input: RunTask): Answer<client.RunTaskResponse> {
    checkRunTask(input);
    const cluster = requireCluster(input.cluster);
    const known = input.clientToken === undefined ? undefined : tokens.find(RUN_TASK, input.clientToken, input);
    if (known) return repeated(known, cluster);
    const definition = definitions.find(input.taskDefinition);
    if (!definition) throw new AwsError("ClientException", "TaskDefinition not found.");
    checkAgainstDefinition(input, definition);
    const started = Array.from({ length: input.count ?? 1 }, () => newTask(context, cluster, definition, input));
    context.store.transaction(() => {
      for (const task of started) tasks.insert(task);
      const arns = JSON.stringify(started.map((task) => task.taskArn));
      if (input.clientToken !== undefined) tokens.remember(RUN_TASK, input.clientToken, input, arns);
    });
    options.wake();
    return { tasks: started.map((task) => describeTask(task, true)), failures: [] };
  }

  function repeated(known: { answer: string; same: boolean }, cluster: string): Answer<client.RunTaskResponse> {
    const arns = JSON.parse(known.answer) as string[];
    if (!known.same)
      throw new AwsError("ConflictException", "The clientToken was used before with other parameters.", {
        extra: { resourceIds: arns },
      });
    const found = arns.map((arn) => tasks.find(cluster, arn)).filter((task) => task !== undefined);
    return { tasks: found.map((task) => describeTask(task, true)), failures: [] };
  }

  function stopTask(input: Checked<client.StopTaskRequest>): Answer<client.StopTaskResponse> {
    const task = tasks.find(requireCluster(input.cluster), input.task);
    if (!task) throw invalid("The referenced task was not found.");
    lifecycle.stop(task, "UserInitiated", input.reason ?? "Task stopped by user");
    return { task: describeTask(task, true) };
  }

  function listTasks(input: Checked<client.ListTasksRequest>): Answer<client.ListTasksResponse> {
    const limit = input.maxResults ?? 100;
    if (!Number.isInteger(limit) || limit < 1 || limit > 100) throw invalid("maxResults must be between 1 and 100.");
    const desired = input.desiredStatus ?? "RUNNING";
    const matches = (task: TaskRecord) =>
      task.desiredStatus === desired &&
      (input.startedBy ?? task.startedBy) === task.startedBy &&
      (input.family ?? task.family) === task.family &&
      (input.launchType ?? task.launchType) === task.launchType;
    const page = pageOf(tasks.inCluster(requireCluster(input.cluster)).filter(matches), (task) => task.taskArn, {
      limit,
      token: input.nextToken,
      invalid: () => invalid("Invalid token."),
    });
    return { taskArns: page.items.map((task) => task.taskArn), nextToken: page.nextToken };
  }

  function describeTasks(input: Checked<client.DescribeTasksRequest>): Answer<client.DescribeTasksResponse> {
    const cluster = requireCluster(input.cluster);
    if (input.tasks.length === 0 || input.tasks.length > 100) throw invalid("Tasks must hold 1 to 100 items.");
    const answer: { tasks: client.Task[]; failures: client.Failure[] } = { tasks: [], failures: [] };
    for (const id of input.tasks) {
      const task = tasks.find(cluster, id);
      if (task) answer.tasks.push(describeTask(task, input.include?.includes("TAGS") ?? false));
      else answer.failures.push({ arn: taskArn(cluster, id), reason: "MISSING" });
    }
    return answer;
  }

  function taskArn(cluster: string, id: string): string {
    return id.startsWith("arn:") ? id : `${cluster.replace(":cluster/", ":task/")}/${id}`;
  }

  function metadata(taskId: string): Record<string, unknown> | undefined {
    const task = tasks.byId(taskId);
    return task && taskMetadata(task);
  }

  return {
    model,
    handlers: {
      CreateCluster: createCluster,
      DescribeClusters: describeClusters,
      RegisterTaskDefinition: definitions.register.bind(definitions),
      DescribeTaskDefinition: definitions.describe.bind(definitions),
      ListTaskDefinitions: definitions.list.bind(definitions),
      RunTask: runTask,
      StopTask: stopTask,
      ListTasks: listTasks,
      DescribeTasks: describeTasks,
    },
    metadata,
    clockSetBack: () => {
      outbox.clockSetBack();
      lifecycle.clockSetBack();
    },
    tick: async () => {
      lifecycle.advance();
      outbox.startDue();
    },
    settled: () => outbox.settled(),
    stopAll: (reason) => {
      for (const task of tasks.unfinished()) lifecycle.stop(task, "TerminationNotice", reason);
      lifecycle.advance();
      return tasks.unfinished().length === 0;
    },
    killAll: () => lifecycle.kill(),
  };
}

function taskMetadata(task: TaskRecord): Record<string, unknown> {
  return {
    Cluster: task.clusterArn,
    TaskARN: task.taskArn,
    Family: task.family,
    Revision: task.taskDefinitionArn.split(":").at(-1),
    DesiredStatus: task.desiredStatus,
    KnownStatus: task.lastStatus,
    LaunchType: task.launchType,
    Containers: task.containers.map((container) => ({
      DockerId: container.runtimeId,
      ContainerARN: container.containerArn,
      Name: container.name,
      Image: container.image,
      DesiredStatus: task.desiredStatus,
      KnownStatus: container.lastStatus,
    })),
  };
}

function invalid(message: string): AwsError {
  return new AwsError("InvalidParameterException", message);
}
