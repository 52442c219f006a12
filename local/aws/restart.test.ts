import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { CloudWatchLogsClient, CreateLogGroupCommand, GetLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  CreateClusterCommand,
  DescribeTasksCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
} from "@aws-sdk/client-ecs";
import { CreateScheduleCommand, SchedulerClient } from "@aws-sdk/client-scheduler";
import { CreateSecretCommand, GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { expect, it, onTestFinished } from "vitest";
import { clientOptions, eventually, temporaryFolder } from "./test-aws.ts";

type Line = { url?: string; invoked?: string; event?: Record<string, unknown> };

/** Starts a server as a process that the test can kill; `lines` is what it has told so far. */
async function serverProcess(options: { dataDir: string; script?: string; failing?: boolean }) {
  const fixture = fileURLToPath(new URL("./restart.fixture.ts", import.meta.url));
  const argument = JSON.stringify({ script: "", failing: false, ...options });
  const child: ChildProcess = spawn(process.execPath, [fixture, argument], { stdio: ["ignore", "pipe", "inherit"] });
  const lines: Line[] = [];
  if (!child.stdout) throw new Error("The server has no stdout.");
  createInterface({ input: child.stdout }).on("line", (line) => lines.push(JSON.parse(line)));
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  };
  onTestFinished(kill);
  const url = await eventually(() => lines.find((line) => line.url)?.url);
  return { lines, kill, client: clientOptions(url) };
}

/** A task whose script is `script`, running under a server that can be killed. */
async function runningTask(script: string) {
  const dataDir = await temporaryFolder();
  const server = await serverProcess({ dataDir, script });
  const ecs = new ECSClient(server.client);
  const logs = new CloudWatchLogsClient(server.client);
  const options = { "awslogs-group": "/runs", "awslogs-region": "eu-west-1", "awslogs-stream-prefix": "run" };
  await logs.send(new CreateLogGroupCommand({ logGroupName: "/runs" }));
  await ecs.send(new CreateClusterCommand({}));
  await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: "t",
      containerDefinitions: [
        { name: "runner", image: "node-image", logConfiguration: { logDriver: "awslogs", options } },
      ],
    }),
  );
  const clientToken = "token";
  const { tasks } = await ecs.send(new RunTaskCommand({ taskDefinition: "t", clientToken }));
  const taskArn = tasks?.[0]?.taskArn ?? "";
  return { dataDir, server, taskArn, clientToken };
}

async function lines(client: ReturnType<typeof clientOptions>, taskArn: string) {
  const logStreamName = `run/runner/${taskArn.split("/").at(-1)}`;
  const command = new GetLogEventsCommand({ logGroupName: "/runs", logStreamName, startFromHead: true });
  const page = await new CloudWatchLogsClient(client).send(command).catch(() => undefined);
  return page?.events?.map((event) => event.message ?? "") ?? [];
}

async function describe(client: ReturnType<typeof clientOptions>, taskArn: string) {
  return (await new ECSClient(client).send(new DescribeTasksCommand({ tasks: [taskArn] }))).tasks?.[0];
}

it("a container outlives a killed server, keeps its log whole, is adopted and settled by the next", async () => {
  // It ends when its parent's parent is done with it: when the file that the test makes is there.
  const script = `
    const { existsSync } = require("node:fs");
    let n = 0;
    const timer = setInterval(() => {
      console.log("line " + n++);
      if (!existsSync(process.cwd() + "/../../end")) return;
      clearInterval(timer);
      console.log("last");
    }, 20);`;
  const { dataDir, server, taskArn, clientToken } = await runningTask(script);
  await eventually(async () => ((await lines(server.client, taskArn)).length > 2 ? true : undefined));
  await server.kill();

  const next = await serverProcess({ dataDir, script });
  expect(await describe(next.client, taskArn)).toMatchObject({ lastStatus: "RUNNING" });
  const again = await new ECSClient(next.client).send(new RunTaskCommand({ taskDefinition: "t", clientToken }));
  expect(again.tasks?.map((task) => task.taskArn)).toEqual([taskArn]);
  writeFileSync(join(dataDir, "end"), "");
  const event = await eventually(() => next.lines.find((line) => line.event)?.event);
  expect(event).toMatchObject({ taskArn, lastStatus: "STOPPED", stopCode: "EssentialContainerExited" });
  const all = await lines(next.client, taskArn);
  expect(all.at(-1)).toBe("last");
  expect(all.slice(0, -1)).toEqual(all.slice(0, -1).map((_, index) => `line ${index}`));
});

it("a container that died while no server was there is stopped, with an event and its last words", async () => {
  const { dataDir, server, taskArn } = await runningTask("console.log(process.pid); setTimeout(() => {}, 60_000)");
  const pid = await eventually(async () => Number((await lines(server.client, taskArn))[0]) || undefined);
  await server.kill();
  process.kill(pid, "SIGKILL");
  const next = await serverProcess({ dataDir });
  const event = await eventually(() => next.lines.find((line) => line.event)?.event);
  expect(event).toMatchObject({ taskArn, lastStatus: "STOPPED" });
  expect(await describe(next.client, taskArn)).toMatchObject({ lastStatus: "STOPPED" });
  expect(await lines(next.client, taskArn)).toEqual([String(pid)]);
});

it("an event that no handler has taken is told again by the next server", async () => {
  const dataDir = await temporaryFolder();
  const first = await serverProcess({ dataDir, failing: true });
  const ecs = new ECSClient(first.client);
  await ecs.send(new CreateClusterCommand({}));
  await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: "t",
      containerDefinitions: [{ name: "runner", image: "nowhere" }],
    }),
  );
  await ecs.send(new RunTaskCommand({ taskDefinition: "t", startedBy: "run_1" }));
  await eventually(() => first.lines.find((line) => line.event));
  await first.kill();
  const next = await serverProcess({ dataDir });
  const event = await eventually(() => next.lines.find((line) => line.event)?.event);
  expect(event).toMatchObject({ startedBy: "run_1", stopCode: "TaskFailedToStart" });
});

it("a slot whose delivery was cut off is delivered again, and secrets are still there", async () => {
  const dataDir = await temporaryFolder();
  const first = await serverProcess({ dataDir, failing: true });
  await new SecretsManagerClient(first.client).send(new CreateSecretCommand({ Name: "a", SecretString: "x" }));
  await new SchedulerClient(first.client).send(
    new CreateScheduleCommand({
      Name: "a",
      ScheduleExpression: "rate(1 hour)",
      FlexibleTimeWindow: { Mode: "OFF" },
      Target: {
        Arn: "arn:aws:lambda:eu-west-1:000000000000:function:f",
        RoleArn: "arn:aws:iam::000000000000:role/r",
        Input: '"<aws.scheduler.execution-id> <aws.scheduler.scheduled-time>"',
      },
    }),
  );
  const cutOff = await eventually(() => first.lines.find((line) => line.invoked)?.invoked);
  await first.kill();
  const next = await serverProcess({ dataDir });
  expect(await eventually(() => next.lines.find((line) => line.invoked)?.invoked)).toBe(cutOff);
  const secrets = new SecretsManagerClient(next.client);
  expect((await secrets.send(new GetSecretValueCommand({ SecretId: "a" }))).SecretString).toBe("x");
});
