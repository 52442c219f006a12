import { ArnFormat } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { NagPackSuppression } from "cdk-nag";
import type { DeploymentStack } from "./deployment.ts";
import { roleArn } from "./environment.ts";
import type { Network } from "./network.ts";
import { AGENTS } from "./runners.ts";
import { addressOf } from "./settings.ts";
import type { Storage } from "./storage.ts";

/** What a function may do, and why each wildcard in it is as narrow as its service allows. */
export interface Permission {
  readonly statements: PolicyStatement[];
  readonly wildcards?: NagPackSuppression[];
}

/** The table and its indexes. A transaction needs the permission of each write it is made of. */
export function tableAccess(storage: Storage): Permission {
  return {
    statements: [
      new PolicyStatement({
        actions: [
          "dynamodb:BatchGetItem",
          "dynamodb:BatchWriteItem",
          "dynamodb:ConditionCheckItem",
          "dynamodb:DeleteItem",
          "dynamodb:GetItem",
          "dynamodb:PutItem",
          "dynamodb:Query",
          "dynamodb:UpdateItem",
        ],
        resources: storage.tableArns,
      }),
    ],
  };
}

/** Go through the whole table once, to bring its rows into a new version's shape. */
export function migration(storage: Storage): Permission {
  return { statements: [new PolicyStatement({ actions: ["dynamodb:Scan"], resources: storage.tableArns })] };
}

/** What Lambda asks of the function that it reads the table's stream for. */
export function streamOf(storage: Storage): Permission {
  return {
    statements: [
      new PolicyStatement({
        actions: ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"],
        resources: [storage.streamArn],
      }),
      new PolicyStatement({ actions: ["dynamodb:ListStreams"], resources: ["*"] }),
    ],
    wildcards: [
      wildcard(["*"], "dynamodb:ListStreams knows no resource; it tells the names of streams and nothing else."),
    ],
  };
}

const TASK_IDS = "ECS draws the ids of tasks when it starts them; the path holds this stage's cluster.";

function tasksOf(stack: DeploymentStack): string {
  return stack.formatArn({ service: "ecs", resource: "task", resourceName: `${stack.names.cluster}/*` });
}

/** Start a container of one of the two families in this stage's cluster, and derive its ticket. */
export function launch(stack: DeploymentStack, storage: Storage, network: Network): Permission {
  const definitions = AGENTS.map((agent) =>
    stack.formatArn({
      service: "ecs",
      resource: "task-definition",
      resourceName: `${stack.names.taskFamily(agent)}:*`,
    }),
  );
  const passed = [stack.names.executionRole, ...AGENTS.map(stack.names.taskRole)];
  const tasks = tasksOf(stack);
  return {
    statements: [
      new PolicyStatement({
        actions: ["ecs:RunTask"],
        resources: definitions,
        conditions: inCluster(network),
      }),
      // Containers carry the tags of their definition, and ECS asks for this when RunTask copies them.
      new PolicyStatement({
        actions: ["ecs:TagResource"],
        resources: [tasks],
        conditions: { StringEquals: { "ecs:CreateAction": "RunTask" } },
      }),
      new PolicyStatement({
        actions: ["iam:PassRole"],
        resources: passed.map((name) => roleArn(stack, name)),
        conditions: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
      }),
      ...deploymentKey(storage).statements,
    ],
    wildcards: [
      wildcard(
        definitions,
        "Each deployment registers a new revision of the family, and RunTask is called with the family. Another cluster is refused by condition.",
      ),
      wildcard([tasks], TASK_IDS),
    ],
  };
}

/** Derive tickets, and unseal what the workspaces' data keys seal. */
export function deploymentKey(storage: Storage): Permission {
  return {
    statements: [
      new PolicyStatement({
        actions: ["secretsmanager:GetSecretValue"],
        resources: [storage.deploymentKey.secretArn],
      }),
    ],
  };
}

/** Stop a container of this stage's cluster. */
export function stop(stack: DeploymentStack, network: Network): Permission {
  return onTasks(stack, network, "ecs:StopTask");
}

/** Find out which containers this stage's cluster has, and how they are. */
export function lookAfter(stack: DeploymentStack, network: Network): Permission {
  const described = onTasks(stack, network, "ecs:DescribeTasks");
  const found = find(network);
  return {
    statements: [...described.statements, ...found.statements],
    wildcards: [...(described.wildcards ?? []), ...(found.wildcards ?? [])],
  };
}

/** Find out which container of this stage's cluster is a run's. */
export function find(network: Network): Permission {
  return {
    statements: [new PolicyStatement({ actions: ["ecs:ListTasks"], resources: ["*"], conditions: inCluster(network) })],
    wildcards: [
      wildcard(["*"], "ecs:ListTasks knows no resource on Fargate. The condition allows this stage's cluster only."),
    ],
  };
}

function onTasks(stack: DeploymentStack, network: Network, action: string): Permission {
  const tasks = tasksOf(stack);
  return {
    statements: [new PolicyStatement({ actions: [action], resources: [tasks], conditions: inCluster(network) })],
    wildcards: [wildcard([tasks], TASK_IDS)],
  };
}

/** Keep the schedules of tasks as their rows say. */
export function scheduleSync(stack: DeploymentStack): Permission {
  const schedules = stack.formatArn({
    service: "scheduler",
    resource: "schedule",
    resourceName: `${stack.names.scheduleGroup}/*`,
  });
  return {
    statements: [
      new PolicyStatement({
        actions: ["scheduler:CreateSchedule", "scheduler:DeleteSchedule", "scheduler:UpdateSchedule"],
        resources: [schedules],
      }),
      new PolicyStatement({
        actions: ["iam:PassRole"],
        resources: [roleArn(stack, stack.names.schedulerRole)],
        conditions: { StringEquals: { "iam:PassedToService": "scheduler.amazonaws.com" } },
      }),
    ],
    wildcards: [
      wildcard(
        [schedules],
        "Schedules are named after tasks that people make later; the path holds this stage's group.",
      ),
    ],
  };
}

/** Credentials and data keys that a version before kept as secrets: the API brings them into rows and removes them. */
export function formerSecrets(stack: DeploymentStack): Permission {
  const secrets = stack.formatArn({
    service: "secretsmanager",
    resource: "secret",
    resourceName: `${stack.names.secretPrefix}workspace/*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  return {
    statements: [
      new PolicyStatement({
        actions: ["secretsmanager:DeleteSecret", "secretsmanager:GetSecretValue"],
        resources: [secrets],
      }),
    ],
    wildcards: [
      wildcard(
        [secrets],
        "They are named after workspaces, and Secrets Manager ends each ARN with six characters of its own; the path holds this stage's workspaces and not the deployment key.",
      ),
    ],
  };
}

/** Read the runs' log, and only that. */
export function runLogs(storage: Storage): Permission {
  return {
    statements: [
      new PolicyStatement({
        actions: ["logs:GetLogEvents"],
        resources: [storage.runLogs.logGroupArn],
      }),
    ],
  };
}

/**
 * Send as the configured sender. SES asks for the sender's identity, address or domain, for the configuration set that
 * belongs to it, and in the sandbox for the recipient's identity too. Which address may stand as the sender, the condition
 * says in each case.
 */
export function mail(stack: DeploymentStack): Permission {
  const address = addressOf(stack.deployment.settings.mailFrom);
  if (address === undefined) return { statements: [] };
  const resources = ["identity", "configuration-set"].map((resource) =>
    stack.formatArn({ service: "ses", resource, resourceName: "*" }),
  );
  return {
    statements: [
      new PolicyStatement({
        actions: ["ses:SendRawEmail"],
        resources,
        conditions: { StringEquals: { "ses:FromAddress": address } },
      }),
    ],
    wildcards: [
      wildcard(
        resources,
        "In the sandbox SES asks for the recipient's identity, which people name later, and for the configuration set that somebody gave the sender's. The condition holds every mail to the one configured sender.",
      ),
    ],
  };
}

function inCluster(network: Network) {
  return { ArnEquals: { "ecs:cluster": network.cluster.clusterArn } };
}

/** Matches exactly these resources in cdk-nag's findings, so that a later wildcard is found again. */
function wildcard(resources: string[], reason: string): NagPackSuppression {
  return {
    id: "AwsSolutions-IAM5",
    reason,
    appliesTo: resources.map(
      (resource) => `Resource::${resource.replace(/\$\{Token\[AWS\.Partition[^}]*\}/, "<AWS::Partition>")}`,
    ),
  };
}
