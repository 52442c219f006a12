import { randomBytes, randomUUID } from "node:crypto";
import type * as client from "@aws-sdk/client-ecs";
import { AwsError } from "../protocol/errors.ts";
import type { Checked } from "../protocol/service.ts";
import type { AwsContext } from "../store.ts";
import type { StoredTaskDefinition } from "./task-definitions.ts";
import type { ContainerRecord, TaskRecord } from "./task-record.ts";

export type RunTask = Checked<client.RunTaskRequest>;

const STARTED_BY = /^[A-Za-z0-9/_-]{1,128}$/;
const MAX_COUNT = 10;
const MAX_CLIENT_TOKEN = 64;
const MAX_OVERRIDES = 8192;
const MAX_SUBNETS = 16;
const MAX_SECURITY_GROUPS = 5;
const DEFAULT_STOP_TIMEOUT_SECONDS = 30;

/** Checks RunTask's parameters that need no state. Throws InvalidParameterException. */
export function checkRunTask(input: RunTask): void {
  const count = input.count ?? 1;
  if (!Number.isInteger(count) || count < 1 || count > MAX_COUNT)
    throw invalid(`count must be between 1 and ${MAX_COUNT}.`);
  if (input.startedBy !== undefined && !STARTED_BY.test(input.startedBy))
    throw invalid("startedBy must be 1 to 128 letters, numbers, hyphens (-), forward slashes (/) and underscores (_).");
  if ((input.clientToken ?? "").length > MAX_CLIENT_TOKEN)
    throw invalid(`clientToken can have at most ${MAX_CLIENT_TOKEN} characters.`);
  if (JSON.stringify(input.overrides ?? {}).length > MAX_OVERRIDES)
    throw invalid(`Container Overrides length must be at most ${MAX_OVERRIDES}`);
}

/** Checks the parameters against the task definition. Throws InvalidParameterException. */
export function checkAgainstDefinition(input: RunTask, definition: StoredTaskDefinition): void {
  if (input.launchType === "FARGATE" && !definition.requiresCompatibilities?.includes("FARGATE"))
    throw invalid("Task definition does not support launch_type FARGATE.");
  if (definition.networkMode === "awsvpc") checkNetwork(input.networkConfiguration?.awsvpcConfiguration);
  const names = definition.containerDefinitions.map((container) => container.name);
  for (const override of input.overrides?.containerOverrides ?? []) {
    if (names.includes(override.name)) continue;
    throw invalid(`Override for container named ${override.name} is not a container in the TaskDefinition.`);
  }
}

function checkNetwork(network: Checked<client.AwsVpcConfiguration> | undefined): void {
  if (!network) throw invalid("Network Configuration must be provided when networkMode 'awsvpc' is specified.");
  if (network.subnets.length === 0) throw invalid("subnets can not be empty.");
  if (network.subnets.length > MAX_SUBNETS) throw invalid(`subnets can have at most ${MAX_SUBNETS} items.`);
  if ((network.securityGroups ?? []).length > MAX_SECURITY_GROUPS)
    throw invalid(`securityGroups can have at most ${MAX_SECURITY_GROUPS} items.`);
}

/** A new task of a definition, not yet started. */
export function newTask(
  context: AwsContext,
  clusterArn: string,
  definition: StoredTaskDefinition,
  input: RunTask,
): TaskRecord {
  const id = randomBytes(16).toString("hex");
  const clusterName = clusterArn.split("/").at(-1);
  const overrides = input.overrides ?? {};
  return {
    id,
    taskArn: `arn:aws:ecs:${context.region}:${context.account}:task/${clusterName}/${id}`,
    clusterArn,
    taskDefinitionArn: definition.taskDefinitionArn,
    family: definition.family,
    group: input.group ?? `family:${definition.family}`,
    launchType: input.launchType ?? "FARGATE",
    platformVersion: "1.4.0",
    cpu: overrides.cpu ?? definition.cpu,
    memory: overrides.memory ?? definition.memory,
    startedBy: input.startedBy,
    overrides: { ...overrides, containerOverrides: overrides.containerOverrides ?? [] },
    tags: [...(input.propagateTags === "TASK_DEFINITION" ? definition.tags : []), ...(input.tags ?? [])],
    createdAt: context.now(),
    containers: definition.containerDefinitions.map((container) => newContainer(context, clusterName, id, container)),
    lastStatus: "PROVISIONING",
    desiredStatus: "RUNNING",
    version: 1,
  };
}

function newContainer(
  context: AwsContext,
  clusterName: string | undefined,
  taskId: string,
  definition: Checked<client.ContainerDefinition>,
): ContainerRecord {
  const name = definition.name ?? "";
  const options =
    definition.logConfiguration?.logDriver === "awslogs" ? definition.logConfiguration.options : undefined;
  const prefix = options?.["awslogs-stream-prefix"];
  return {
    containerArn: `arn:aws:ecs:${context.region}:${context.account}:container/${clusterName}/${taskId}/${randomUUID()}`,
    name,
    image: definition.image ?? "",
    essential: definition.essential ?? true,
    stopTimeoutMs: (definition.stopTimeout ?? DEFAULT_STOP_TIMEOUT_SECONDS) * 1000,
    runtimeId: `${taskId}-${randomBytes(5).readUInt32BE(0)}`,
    log: options && {
      group: options["awslogs-group"] ?? "",
      stream: prefix === undefined ? `${name}-${taskId}` : `${prefix}/${name}/${taskId}`,
      createGroup: options["awslogs-create-group"] === "true",
    },
    lastStatus: "PENDING",
  };
}

function invalid(message: string): AwsError {
  return new AwsError("InvalidParameterException", message);
}
