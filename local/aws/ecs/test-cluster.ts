import { CloudWatchLogsClient, CreateLogGroupCommand, GetLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  CreateClusterCommand,
  DescribeTasksCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
  RunTaskCommand,
  type RunTaskCommandInput,
  type Task,
} from "@aws-sdk/client-ecs";
import { eventually, testAws } from "../test-aws.ts";

export const NETWORK = { awsvpcConfiguration: { subnets: ["subnet-1"], assignPublicIp: "ENABLED" as const } };
export const definition = (
  over: Partial<RegisterTaskDefinitionCommandInput> = {},
): RegisterTaskDefinitionCommandInput => ({
  family: "runner",
  networkMode: "awsvpc",
  requiresCompatibilities: ["FARGATE"],
  cpu: "256",
  memory: "512",
  executionRoleArn: "arn:aws:iam::000000000000:role/execution",
  containerDefinitions: [
    {
      name: "runner",
      image: "node-image",
      stopTimeout: 5,
      environment: [
        { name: "FROM_DEFINITION", value: "1" },
        { name: "BOTH", value: "definition" },
      ],
      logConfiguration: {
        logDriver: "awslogs",
        options: { "awslogs-group": "/runs", "awslogs-region": "eu-west-1", "awslogs-stream-prefix": "run" },
      },
    },
  ],
  ...over,
});

export const SLEEP = 'setTimeout(() => {}, 60_000); console.log("up");';

/** A cluster whose task definition runs `script` under Node. */
export async function cluster(script: string, options: Parameters<typeof testAws>[0] = {}) {
  const image = { command: [process.execPath, "-e", script], env: { PATH: "/image/bin" } };
  const aws = await testAws({ images: { "node-image": image }, ...options });
  const ecs = new ECSClient(aws.client);
  const logs = new CloudWatchLogsClient(aws.client);
  await logs.send(new CreateLogGroupCommand({ logGroupName: "/runs" }));
  await ecs.send(new CreateClusterCommand({ clusterName: "c" }));
  await ecs.send(new RegisterTaskDefinitionCommand(definition()));
  const run = (over: Partial<RunTaskCommandInput> = {}) =>
    ecs.send(
      new RunTaskCommand({
        cluster: "c",
        taskDefinition: "runner",
        launchType: "FARGATE",
        networkConfiguration: NETWORK,
        ...over,
      }),
    );
  const start = async (over: Partial<RunTaskCommandInput> = {}) => (await run(over)).tasks?.[0] as Task;
  const task = async (arn: string | undefined) => {
    const described = await ecs.send(new DescribeTasksCommand({ cluster: "c", tasks: [arn ?? ""] }));
    return described.tasks?.[0] as Task;
  };
  const reaches = (arn: string | undefined, status: string) =>
    eventually(async () => {
      await aws.server.tick();
      const now = await task(arn);
      return now.lastStatus === status ? now : undefined;
    });
  const lines = async (arn: string | undefined) => {
    const logStreamName = `run/runner/${arn?.split("/").at(-1)}`;
    const page = await logs.send(
      new GetLogEventsCommand({ logGroupName: "/runs", logStreamName, startFromHead: true }),
    );
    return page.events?.map((event) => event.message ?? "") ?? [];
  };
  return { ...aws, ecs, run, start, task, reaches, lines };
}
