import {
  DescribeClustersCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ListTaskDefinitionsCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
  type RunTaskCommandInput,
  StopTaskCommand,
} from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { refusal } from "../test-aws.ts";
import { cluster, definition, SLEEP } from "./test-cluster.ts";

describe("RunTask", () => {
  it("starts once for one client token, and refuses it for other parameters", async () => {
    const { run, ecs, clock } = await cluster(SLEEP);
    const first = await run({ clientToken: "token", count: 2 });
    const arns = first.tasks?.map((each) => each.taskArn);
    expect((await run({ clientToken: "token", count: 2 })).tasks?.map((each) => each.taskArn)).toEqual(arns);
    await expect(run({ clientToken: "token", count: 1 })).rejects.toMatchObject({
      name: "ConflictException",
      resourceIds: arns,
    });
    expect((await ecs.send(new ListTasksCommand({ cluster: "c" }))).taskArns?.sort()).toEqual(arns?.sort());
    clock.now += 25 * 3_600_000;
    expect((await run({ clientToken: "token", count: 1 })).tasks?.[0]?.taskArn).not.toBe(arns?.[0]);
  });

  it("gives a task the tags of its definition when it is asked to", async () => {
    const { run, ecs } = await cluster(SLEEP);
    const tags = [{ key: "app", value: "errand" }];
    await ecs.send(new RegisterTaskDefinitionCommand(definition({ tags })));
    const { tasks } = await run({ propagateTags: "TASK_DEFINITION" });
    const described = await ecs.send(
      new DescribeTasksCommand({ cluster: "c", tasks: [tasks?.[0]?.taskArn ?? ""], include: ["TAGS"] }),
    );
    expect(described.tasks).toMatchObject([{ tags }]);
  });

  it.each([
    ["an unknown cluster", { cluster: "none" }, /^ClusterNotFoundException/],
    ["an unknown task definition", { taskDefinition: "none" }, /^ClientException: TaskDefinition not found/],
    ["an unknown revision", { taskDefinition: "runner:9" }, /^ClientException: TaskDefinition not found/],
    ["no network", { networkConfiguration: undefined }, /^InvalidParameterException: Network Configuration/],
    [
      "no subnets",
      { networkConfiguration: { awsvpcConfiguration: { subnets: [] } } },
      /^InvalidParameterException: subnets/,
    ],
    ["a count of 11", { count: 11 }, /^InvalidParameterException: count/],
    ["a startedBy of 129 characters", { startedBy: "x".repeat(129) }, /^InvalidParameterException: startedBy/],
    ["a startedBy with a colon", { startedBy: "run:1" }, /^InvalidParameterException: startedBy/],
    ["a client token of 65 characters", { clientToken: "x".repeat(65) }, /^InvalidParameterException: clientToken/],
    ["a launch type of its own", { launchType: "MOON" }, /^InvalidParameterException: .*'launchType'/],
    [
      "an override for another container",
      { overrides: { containerOverrides: [{ name: "other" }] } },
      /^InvalidParameterException: Override for container named other/,
    ],
    [
      "overrides over 8 KB",
      { overrides: { containerOverrides: [{ name: "runner", command: ["x".repeat(8192)] }] } },
      /^InvalidParameterException: Container Overrides length/,
    ],
    ["no task definition", { taskDefinition: undefined }, /^InvalidParameterException: .*'taskDefinition'/],
  ])("refuses %s", async (_what, over, expected) => {
    const { run, ecs } = await cluster(SLEEP);
    expect(await refusal(run(over as Partial<RunTaskCommandInput>))).toMatch(expected);
    expect((await ecs.send(new ListTasksCommand({ cluster: "c" }))).taskArns).toEqual([]);
  });
});

describe("tasks are found", () => {
  it("by startedBy, family and desired status, in pages", async () => {
    const { run, ecs, reaches } = await cluster(SLEEP);
    const mine = (await run({ startedBy: "mine", count: 3 })).tasks?.map((each) => each.taskArn).sort() ?? [];
    await run({ startedBy: "other" });
    const list = async (query: object) => {
      const page = await ecs.send(new ListTasksCommand({ cluster: "c", ...query }));
      return { arns: page.taskArns, nextToken: page.nextToken };
    };
    const first = await list({ startedBy: "mine", maxResults: 2 });
    const second = await list({ startedBy: "mine", maxResults: 2, nextToken: first.nextToken });
    expect([first.arns, second.arns]).toEqual([mine.slice(0, 2), mine.slice(2)]);
    expect((await list({ family: "none" })).arns).toEqual([]);
    expect((await list({ family: "runner" })).arns).toHaveLength(4);
    await ecs.send(new StopTaskCommand({ cluster: "c", task: mine[0] }));
    await reaches(mine[0], "STOPPED");
    expect((await list({ startedBy: "mine", desiredStatus: "STOPPED" })).arns).toEqual(mine.slice(0, 1));
  });

  it("until an hour after they stopped, then they are MISSING", async () => {
    const { start, reaches, ecs, clock, server } = await cluster("");
    const { taskArn } = await start();
    await reaches(taskArn, "STOPPED");
    clock.now += 3_600_001;
    await server.tick();
    const described = await ecs.send(new DescribeTasksCommand({ cluster: "c", tasks: [taskArn ?? "", "nope"] }));
    expect(described.failures).toMatchObject([
      { arn: taskArn, reason: "MISSING" },
      { arn: "arn:aws:ecs:eu-west-1:000000000000:task/c/nope", reason: "MISSING" },
    ]);
  });

  it("not where there are none", async () => {
    const { ecs } = await cluster("");
    const stop = ecs.send(new StopTaskCommand({ cluster: "c", task: "none" }));
    expect(await refusal(stop)).toMatch(/^InvalidParameterException: The referenced task was not found/);
    const described = await ecs.send(new DescribeClustersCommand({ clusters: ["c", "none"] }));
    expect(described.clusters).toMatchObject([{ clusterName: "c", status: "ACTIVE", runningTasksCount: 0 }]);
    expect(described.failures).toMatchObject([{ reason: "MISSING" }]);
  });
});

describe("task definitions", () => {
  it("count their revisions up, and the family names the last", async () => {
    const { ecs } = await cluster("");
    const second = await ecs.send(new RegisterTaskDefinitionCommand(definition({ cpu: "512", memory: "1024" })));
    expect(second.taskDefinition).toMatchObject({ revision: 2, status: "ACTIVE" });
    const arn = second.taskDefinition?.taskDefinitionArn;
    for (const taskDefinition of ["runner", "runner:2", arn]) {
      const described = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
      expect(described.taskDefinition).toMatchObject({ revision: 2, cpu: "512" });
    }
    const list = await ecs.send(
      new ListTaskDefinitionsCommand({ familyPrefix: "runner", sort: "DESC", maxResults: 1 }),
    );
    expect(list.taskDefinitionArns).toEqual([arn]);
    const next = await ecs.send(
      new ListTaskDefinitionsCommand({ familyPrefix: "runner", sort: "DESC", nextToken: list.nextToken }),
    );
    expect(next.taskDefinitionArns).toEqual([arn?.replace(/:2$/, ":1")]);
    const unknown = ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: "none" }));
    expect(await refusal(unknown)).toMatch(/^ClientException: Unable to describe/);
  });

  it.each([
    ["no containers", { containerDefinitions: [] }],
    ["a container without image", { containerDefinitions: [{ name: "x" }] }],
    ["memory that Fargate has not", { memory: "700" }],
    ["another network mode", { networkMode: "bridge" }],
    ["logs without a role to write them", { executionRoleArn: undefined }],
    ["a family with a space", { family: "a b" }],
  ])("refuse %s", async (_what, over) => {
    const { ecs } = await cluster("");
    const register = ecs.send(
      new RegisterTaskDefinitionCommand(definition(over as Partial<RegisterTaskDefinitionCommandInput>)),
    );
    expect(await refusal(register)).toMatch(/^ClientException/);
  });
});
