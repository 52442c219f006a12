import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ECSClient, RegisterTaskDefinitionCommand, RunTaskCommand, StopTaskCommand } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { eventually, testAws } from "../test-aws.ts";
import type { EcsTaskStateChange } from "./events.ts";
import { cluster, definition, NETWORK, SLEEP } from "./test-cluster.ts";

describe("a task", () => {
  it("runs its image as a process, writes its log and stops with its exit code", async () => {
    const { start, reaches, lines, events } = await cluster(
      'console.log("out"); console.error("err"); process.exit(3)',
    );
    const started = await start({ startedBy: "run_1/1" });
    expect(started).toMatchObject({ lastStatus: "PROVISIONING", desiredStatus: "RUNNING", launchType: "FARGATE" });
    const stopped = await reaches(started.taskArn, "STOPPED");
    expect(stopped).toMatchObject({
      desiredStatus: "STOPPED",
      stopCode: "EssentialContainerExited",
      stoppedReason: "Essential container in task exited",
      startedBy: "run_1/1",
      containers: [{ name: "runner", exitCode: 3, lastStatus: "STOPPED" }],
    });
    expect((await lines(started.taskArn)).sort()).toEqual(["err", "out"]);
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      version: "0",
      "detail-type": "ECS Task State Change",
      source: "aws.ecs",
      account: "000000000000",
      region: "eu-west-1",
      resources: [started.taskArn],
      detail: {
        clusterArn: "arn:aws:ecs:eu-west-1:000000000000:cluster/c",
        taskArn: started.taskArn,
        lastStatus: "STOPPED",
        startedBy: "run_1/1",
        stopCode: "EssentialContainerExited",
        containers: [{ name: "runner", exitCode: 3 }],
      },
    });
  });

  it("sees the environment of image, definition and override and nothing of the host's", async () => {
    const { start, reaches, lines, server } = await cluster("console.log(JSON.stringify(process.env))");
    const overrides = {
      containerOverrides: [
        {
          name: "runner",
          environment: [
            { name: "BOTH", value: "override" },
            { name: "TICKET", value: "t" },
          ],
        },
      ],
    };
    const { taskArn } = await start({ overrides });
    await reaches(taskArn, "STOPPED");
    expect(JSON.parse((await lines(taskArn))[0] ?? "")).toEqual({
      PATH: "/image/bin",
      FROM_DEFINITION: "1",
      BOTH: "override",
      TICKET: "t",
      ECS_CONTAINER_METADATA_URI_V4: `${server.url}/v4/${taskArn?.split("/").at(-1)}`,
    });
  });

  it("learns its ARN from the metadata endpoint", async () => {
    const script =
      "fetch(`${process.env.ECS_CONTAINER_METADATA_URI_V4}/task`).then((r) => r.json()).then((t) => console.log(t.TaskARN))";
    const { start, reaches, lines, server } = await cluster(script);
    const { taskArn } = await start();
    await reaches(taskArn, "STOPPED");
    expect(await lines(taskArn)).toEqual([taskArn]);
    expect((await fetch(`${server.url}/v4/00ff/task`)).status).toBe(404);
  });

  it("gets SIGTERM from StopTask and may end by itself", async () => {
    const { start, reaches, lines, ecs } = await cluster(
      `process.on("SIGTERM", () => { console.log("bye"); process.exit(7); }); ${SLEEP}`,
    );
    const { taskArn } = await start();
    await reaches(taskArn, "RUNNING");
    await eventually(async () => ((await lines(taskArn)).includes("up") ? true : undefined));
    const stopping = await ecs.send(new StopTaskCommand({ cluster: "c", task: taskArn, reason: "enough" }));
    expect(stopping.task).toMatchObject({ desiredStatus: "STOPPED", lastStatus: "DEACTIVATING" });
    expect(await reaches(taskArn, "STOPPED")).toMatchObject({
      stopCode: "UserInitiated",
      stoppedReason: "enough",
      containers: [{ exitCode: 7 }],
    });
    expect(await lines(taskArn)).toEqual(["up", "bye"]);
    const again = await ecs.send(new StopTaskCommand({ cluster: "c", task: taskArn }));
    expect(again.task?.stoppedReason).toBe("enough");
  });

  it("is killed with all it started when it does not end within its stopTimeout", async () => {
    const script = `
      const { spawn } = require("node:child_process");
      process.on("SIGTERM", () => {});
      const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60000)"], { detached: true, env: {} });
      console.log(child.pid); setTimeout(() => {}, 60000);`;
    const { start, reaches, lines, ecs, server, clock, task } = await cluster(script);
    const { taskArn } = await start();
    const pid = await eventually(async () => {
      await server.tick();
      return Number((await lines(taskArn).catch(() => []))[0]) || undefined;
    });
    await ecs.send(new StopTaskCommand({ cluster: "c", task: taskArn }));
    clock.now += 4_999;
    await server.tick();
    expect((await task(taskArn)).lastStatus).toBe("DEACTIVATING");
    clock.now += 1;
    expect((await reaches(taskArn, "STOPPED")).containers).toMatchObject([{ exitCode: 137 }]);
    await eventually(() => (existsSync(`/proc/${pid}`) && !isZombie(pid) ? undefined : true));
  });

  it("that has not begun stops without beginning", async () => {
    const { start, ecs, server, task, events } = await cluster(SLEEP);
    const { taskArn } = await start();
    await ecs.send(new StopTaskCommand({ cluster: "c", task: taskArn }));
    await server.tick();
    expect(await task(taskArn)).toMatchObject({ lastStatus: "STOPPED", stopCode: "UserInitiated" });
    expect(events.map((event) => event.detail.taskArn)).toEqual([taskArn]);
  });

  it.each([
    ["an unknown image", { image: "nowhere" }, /CannotPullContainerError/],
    ["a log group that is not there", { group: "/none" }, /ResourceInitializationError.*log group does not exist/],
    ["a program that is not there", { entryPoint: ["/no/such/program"] }, /CannotStartContainerError/],
  ])("fails to start with %s", async (_what, over, reason) => {
    const { start, reaches, ecs, events } = await cluster(SLEEP);
    const [container] = definition().containerDefinitions ?? [];
    const { group = "/runs", ...rest } = over as { group?: string; image?: string };
    const options = { ...container?.logConfiguration?.options, "awslogs-group": group };
    const changed = { ...container, ...rest, logConfiguration: { logDriver: "awslogs" as const, options } };
    await ecs.send(new RegisterTaskDefinitionCommand(definition({ containerDefinitions: [changed] })));
    const { taskArn } = await start();
    const stopped = await reaches(taskArn, "STOPPED");
    expect(stopped.stopCode).toBe("TaskFailedToStart");
    expect(stopped.stoppedReason).toMatch(reason);
    expect(events).toHaveLength(1);
  });

  it("works in a folder of its own that is gone when it has stopped", async () => {
    const { start, reaches, lines } = await cluster(
      'require("node:fs").writeFileSync("x", ""); console.log(process.cwd())',
    );
    const { taskArn } = await start();
    await reaches(taskArn, "STOPPED");
    const [folder = ""] = await lines(taskArn);
    expect(folder.endsWith(taskArn?.split("/").at(-1) ?? "-")).toBe(true);
    expect(existsSync(folder)).toBe(false);
  });
});

it("an event comes again, later each time, until its handler has taken it", async () => {
  const tries: number[] = [];
  const clock = { now: 0 };
  const onEvent = async (_event: EcsTaskStateChange) => {
    tries.push(clock.now);
    if (tries.length < 3) throw new Error("not now");
  };
  const { start, server } = await cluster("", { onEvent, now: () => clock.now });
  await start();
  await eventually(async () => {
    await server.tick();
    return tries.length > 0 ? true : undefined;
  });
  for (; clock.now < 10_000; clock.now += 500) await server.tick();
  expect(tries).toEqual([0, 1000, 3000]);
});

it("stopping the server stops its containers, and tells it at the next start", async () => {
  const script = `process.on("SIGTERM", () => process.exit(0)); require("node:fs").writeFileSync(process.argv[1], String(process.pid)); ${SLEEP}`;
  const first = await cluster("");
  const pidFile = join(first.dataDir, "pid");
  const image = { command: [process.execPath, "-e", script, pidFile] };
  await first.server.close();
  const second = await testAws({ dataDir: first.dataDir, images: { "node-image": image } });
  const ecs = new ECSClient(second.client);
  const { tasks } = await ecs.send(
    new RunTaskCommand({ cluster: "c", taskDefinition: "runner", networkConfiguration: NETWORK }),
  );
  await second.server.tick();
  const pid = await eventually(() =>
    existsSync(pidFile) ? Number(readFileSync(pidFile, "utf8")) || undefined : undefined,
  );
  await second.server.close();
  expect(existsSync(`/proc/${pid}`)).toBe(false);
  const third = await testAws({ dataDir: first.dataDir });
  await third.server.tick();
  expect(third.events).toMatchObject([
    { detail: { taskArn: tasks?.[0]?.taskArn, stopCode: "TerminationNotice", containers: [{ exitCode: 0 }] } },
  ]);
});

function isZombie(pid: number): boolean {
  return readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
}
