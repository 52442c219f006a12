import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { App } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { describe, expect, it } from "vitest";
import { REGION, resources, type Statement, stacksOf, statementsOf, synth } from "./synth.fixture.ts";

const { runners } = synth();
const definitions = resources(runners, "AWS::ECS::TaskDefinition");

/** How the images of the runners are built, as the deployment tells Docker. */
function imagesOf(app: App): { platform: string; dockerBuildArgs: Record<string, string> }[] {
  const manifest = join(app.synth().directory, "ci-errand-runners.assets.json");
  const { dockerImages } = JSON.parse(readFileSync(manifest, "utf8")) as {
    dockerImages: Record<string, { source: { platform: string; dockerBuildArgs: Record<string, string> } }>;
  };
  return Object.values(dockerImages).map(({ source }) => source);
}

describe("the task definitions", () => {
  it("are one for each agent, small and on ARM", () => {
    expect(definitions.map((definition) => definition.Properties.Family)).toEqual([
      "errand-ci-claude",
      "errand-ci-codex",
    ]);
    for (const { Properties } of definitions) {
      expect(Properties).toMatchObject({
        Cpu: "1024",
        Memory: "4096",
        RuntimePlatform: { CpuArchitecture: "ARM64", OperatingSystemFamily: "LINUX" },
      });
    }
  });

  it("are for x86 where the operator says so, image and task alike", () => {
    const { app, stacks } = stacksOf("ci", { architecture: "x86_64" });
    for (const { Properties } of resources(Template.fromStack(stacks.runners), "AWS::ECS::TaskDefinition")) {
      expect(Properties.RuntimePlatform.CpuArchitecture).toBe("X86_64");
    }
    expect(imagesOf(app).map(({ platform }) => platform)).toEqual(["linux/amd64", "linux/amd64"]);
    const usual = imagesOf(stacksOf("ci").app);
    expect(usual.map(({ platform }) => platform)).toEqual(["linux/arm64", "linux/arm64"]);
  });

  it("have images of the base as it was last refreshed", () => {
    const { image, refreshed } = JSON.parse(readFileSync("containers/base.json", "utf8"));
    for (const { dockerBuildArgs } of imagesOf(stacksOf("ci").app)) {
      expect(dockerBuildArgs).toEqual({ BASE: image, REFRESHED: refreshed });
    }
  });

  it("hold one container named runner that knows its agent and nothing secret", () => {
    for (const [index, agent] of ["claude", "codex"].entries()) {
      const [container, ...others] = definitions[index]?.Properties.ContainerDefinitions ?? [];
      expect(others).toEqual([]);
      expect(container.Name).toBe("runner");
      expect(container.Environment).toEqual([
        { Name: "AWS_REGION", Value: REGION },
        { Name: "ERRAND_AGENT", Value: agent },
        { Name: "ERRAND_AGENT_UID", Value: "1000" },
        { Name: "ERRAND_AGENT_GID", Value: "1000" },
      ]);
      expect(container.Secrets).toBeUndefined();
      expect(container.Privileged).toBeUndefined();
      expect(container.StopTimeout).toBe(30);
    }
  });

  it("keep the capabilities that handing work to another user takes, and drop the rest of the defaults", () => {
    for (const { Properties } of definitions) {
      const { Capabilities } = Properties.ContainerDefinitions[0].LinuxParameters;
      expect(Capabilities.Add).toBeUndefined();
      expect(Capabilities.Drop).toEqual([
        "AUDIT_WRITE",
        "FSETID",
        "MKNOD",
        "NET_BIND_SERVICE",
        "NET_RAW",
        "SETFCAP",
        "SYS_CHROOT",
      ]);
    }
  });

  it("log without ever waiting for the log", () => {
    for (const { Properties } of definitions) {
      const { LogDriver, Options } = Properties.ContainerDefinitions[0].LogConfiguration;
      expect(LogDriver).toBe("awslogs");
      expect(Options).toMatchObject({
        "awslogs-stream-prefix": "run",
        mode: "non-blocking",
        "max-buffer-size": `${25 * 1024 * 1024}b`,
      });
    }
  });

  it("use task roles that may call the runner API at its address and nothing else: the agent shares the container", () => {
    const roles = runners.findResources("AWS::IAM::Role");
    for (const agent of ["claude", "codex"]) {
      const name = `${agent}-task-role`;
      const statements = statementsOf(runners, name);
      expect(statements.map(({ actions, condition }) => ({ actions, condition }))).toEqual([
        {
          actions: ["lambda:InvokeFunctionUrl"],
          condition: { StringEquals: { "lambda:FunctionUrlAuthType": "AWS_IAM" } },
        },
        { actions: ["lambda:InvokeFunction"], condition: { Bool: { "lambda:InvokedViaFunctionUrl": "true" } } },
      ]);
      for (const { resources: reached } of statements)
        expect(reached).toEqual([expect.stringMatching(/^<ci-errand-runner-api:\w*GetAttrunnerapi\w*Arn\w*>$/)]);
      const role = Object.entries(roles).find(([id]) => id.startsWith(name.replaceAll("-", "")))?.[1];
      expect(role?.Properties.ManagedPolicyArns).toBeUndefined();
    }
  });

  it("wait for what their role may do", () => {
    for (const { DependsOn } of Object.values(runners.findResources("AWS::ECS::TaskDefinition"))) {
      expect(DependsOn).toContainEqual(expect.stringMatching(/taskroleDefaultPolicy/));
    }
  });

  it("are started by a role that pulls images and writes the runs' log, no more", () => {
    const statements = statementsOf(runners, "ExecutionRole");
    expect([...new Set(statements.flatMap((statement: Statement) => statement.actions))].sort()).toEqual([
      "ecr:BatchCheckLayerAvailability",
      "ecr:BatchGetImage",
      "ecr:GetAuthorizationToken",
      "ecr:GetDownloadUrlForLayer",
      "logs:CreateLogStream",
      "logs:PutLogEvents",
    ]);
    const open = statements.filter((statement) => statement.resources.some((resource) => resource.includes("*")));
    expect(open.flatMap((statement) => statement.actions)).toEqual(["ecr:GetAuthorizationToken"]);
  });
});
