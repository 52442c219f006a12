import { randomBytes } from "node:crypto";
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  PutRetentionPolicyCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from "@aws-sdk/client-dynamodb";
import {
  CreateClusterCommand,
  DescribeTaskDefinitionCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  type TaskDefinition,
} from "@aws-sdk/client-ecs";
import { CreateScheduleCommand, CreateScheduleGroupCommand, SchedulerClient } from "@aws-sdk/client-scheduler";
import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { type AgentName, agentNames } from "./agent-clis.ts";
import { functionArn, names, region, type StandIn } from "./deployment.ts";

/** Makes what the stacks make on AWS, through the same API. What is there already stays as it is. */
export async function provision(runner: { standIns: StandIn[]; workDir: string }): Promise<void> {
  await Promise.all([
    createTable(new DynamoDBClient()),
    logGroup(),
    deploymentKey(),
    schedules(),
    cluster().then(() => Promise.all(agentNames.map((agent) => taskDefinition(agent, runner)))),
  ]);
}

/** The table, with its stream. One of a version that had none gets it. */
export async function createTable(client: DynamoDBClient): Promise<void> {
  const indexes = ["gsi1", "gsi2", "gsi3", "gsi4"];
  const keys = ["", ...indexes].flatMap((index) => [`${index}pk`, `${index}sk`]);
  const schema = (index: string) => [
    { AttributeName: `${index}pk`, KeyType: "HASH" as const },
    { AttributeName: `${index}sk`, KeyType: "RANGE" as const },
  ];
  const TableName = names.table;
  const StreamSpecification = { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" } as const;
  const there = await found(client.send(new DescribeTableCommand({ TableName })), "ResourceNotFoundException");
  if (there) {
    if (!there.Table?.StreamSpecification?.StreamEnabled) {
      await client.send(new UpdateTableCommand({ TableName, StreamSpecification }));
    }
    return;
  }
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      StreamSpecification,
      AttributeDefinitions: keys.map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
      KeySchema: schema(""),
      GlobalSecondaryIndexes: indexes.map((IndexName) => ({
        IndexName,
        KeySchema: schema(IndexName),
        Projection: { ProjectionType: "KEYS_ONLY" },
      })),
    }),
  );
  await client.send(
    new UpdateTimeToLiveCommand({
      TableName,
      TimeToLiveSpecification: { AttributeName: "expiresAt", Enabled: true },
    }),
  );
}

async function logGroup(): Promise<void> {
  const client = new CloudWatchLogsClient();
  const logGroupName = names.logGroup;
  await accepted(client.send(new CreateLogGroupCommand({ logGroupName })), "ResourceAlreadyExistsException");
  await client.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: names.logRetentionDays }));
}

async function deploymentKey(): Promise<void> {
  const SecretString = randomBytes(48).toString("base64url");
  const created = new SecretsManagerClient().send(new CreateSecretCommand({ Name: names.deploymentKey, SecretString }));
  await accepted(created, "ResourceExistsException");
}

async function schedules(): Promise<void> {
  const client = new SchedulerClient();
  for (const Name of [names.scheduleGroup, names.sweepGroup]) {
    await accepted(client.send(new CreateScheduleGroupCommand({ Name })), "ConflictException");
  }
  const sweep = new CreateScheduleCommand({
    Name: "each-minute",
    GroupName: names.sweepGroup,
    Description: "Sweeps each minute",
    ScheduleExpression: "rate(1 minute)",
    FlexibleTimeWindow: { Mode: "OFF" },
    Target: {
      Arn: functionArn("sweeper"),
      RoleArn: names.schedulerRole,
      DeadLetterConfig: { Arn: names.scheduleDeadLetters },
      RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 },
    },
  });
  await accepted(client.send(sweep), "ConflictException");
}

async function cluster(): Promise<void> {
  await new ECSClient().send(new CreateClusterCommand({ clusterName: names.cluster }));
}

/** A new revision only where something differs from the latest one. */
async function taskDefinition(agent: AgentName, { standIns, workDir }: { standIns: StandIn[]; workDir: string }) {
  const client = new ECSClient();
  const environment = [
    { name: "ERRAND_AGENT", value: agent },
    { name: "AWS_REGION", value: region },
    { name: "ERRAND_STAND_INS", value: JSON.stringify(standIns) },
    { name: "ERRAND_WORK_DIR", value: workDir },
  ];
  const image = names.image(agent);
  const latest = await client
    .send(new DescribeTaskDefinitionCommand({ taskDefinition: names.taskFamily(agent) }))
    .catch(() => undefined);
  if (isSame(latest?.taskDefinition, image, environment)) return;
  await client.send(
    new RegisterTaskDefinitionCommand({
      family: names.taskFamily(agent),
      requiresCompatibilities: ["FARGATE"],
      networkMode: "awsvpc",
      cpu: "1024",
      memory: "4096",
      taskRoleArn: names.taskRole,
      executionRoleArn: names.taskRole,
      containerDefinitions: [
        {
          name: "runner",
          image,
          essential: true,
          environment,
          // Less than on AWS, so that a Ctrl-C is done within ten seconds.
          stopTimeout: 7,
          logConfiguration: {
            logDriver: "awslogs",
            options: {
              "awslogs-group": names.logGroup,
              "awslogs-region": region,
              "awslogs-stream-prefix": "run",
              mode: "non-blocking",
              "max-buffer-size": "25m",
            },
          },
        },
      ],
    }),
  );
}

function isSame(
  latest: TaskDefinition | undefined,
  image: string,
  environment: { name: string; value: string }[],
): boolean {
  const container = latest?.containerDefinitions?.[0];
  const given = new Map(container?.environment?.map(({ name, value }) => [name, value]));
  return container?.image === image && environment.every(({ name, value }) => given.get(name) === value);
}

/** True when the call went through, false when it was refused under this name. Any other failure is thrown. */
async function accepted(call: Promise<unknown>, refusal: string): Promise<boolean> {
  return (await found(call, refusal)) !== undefined;
}

/** What the call answers; undefined when it was refused under this name. Any other failure is thrown. */
async function found<T>(call: Promise<T>, refusal: string): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if ((error as Error).name === refusal) return undefined;
    throw error;
  }
}
