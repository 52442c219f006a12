import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { only, render, resources, type Statement, statementsOf, synth } from "./synth.fixture.ts";

const { runners } = synth();
const definitions = resources(runners, "AWS::ECS::TaskDefinition");

describe("the network", () => {
  it("costs nothing while idle: no NAT gateway, no elastic address, no interface endpoint", () => {
    for (const type of ["AWS::EC2::NatGateway", "AWS::EC2::EIP", "AWS::EC2::VPCEndpoint"]) {
      runners.resourceCountIs(type, 0);
    }
  });

  it("lets nothing in", () => {
    runners.resourceCountIs("AWS::EC2::SecurityGroupIngress", 0);
    expect(only(runners, "AWS::EC2::SecurityGroup").Properties.SecurityGroupIngress).toBeUndefined();
    runners.resourceCountIs("Custom::VpcRestrictDefaultSG", 1);
  });

  it("spans two zones that the template picks, without a lookup at build time", () => {
    const zones = resources(runners, "AWS::EC2::Subnet").map((subnet) => subnet.Properties.AvailabilityZone);
    expect(zones).toEqual([0, 1].map((index) => ({ "Fn::Select": [index, { "Fn::GetAZs": "" }] })));
  });
});

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

  it("hold one container named runner that knows its agent and nothing secret", () => {
    for (const [index, agent] of ["claude", "codex"].entries()) {
      const [container, ...others] = definitions[index]?.Properties.ContainerDefinitions ?? [];
      expect(others).toEqual([]);
      expect(container.Name).toBe("runner");
      expect(container.Environment).toEqual([
        { Name: "ERRAND_AGENT", Value: agent },
        { Name: "ERRAND_AGENT_UID", Value: "1000" },
        { Name: "ERRAND_AGENT_GID", Value: "1000" },
      ]);
      expect(container.Secrets).toBeUndefined();
      expect(container.Privileged).toBeUndefined();
      expect(container.StopTimeout).toBe(30);
    }
  });

  it.each(["claude", "codex"])("name the user that the image of %s has", (agent) => {
    const dockerfile = readFileSync(`containers/${agent}/Dockerfile`, "utf8");
    expect(dockerfile).toMatch(/^ENV .*ERRAND_AGENT_UID=1000 ERRAND_AGENT_GID=1000\b/m);
    expect(dockerfile).toMatch(/useradd .*--uid 1000\b/);
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

  it("use task roles that grant nothing: the agent shares the container", () => {
    const roles = runners.findResources("AWS::IAM::Role");
    const attached = resources(runners, "AWS::IAM::Policy").flatMap((policy) => policy.Properties.Roles.map(render));
    for (const { Properties } of definitions) {
      const logicalId = Properties.TaskRoleArn["Fn::GetAtt"][0];
      expect(Object.keys(roles[logicalId]?.Properties).sort()).toEqual(["AssumeRolePolicyDocument", "Description"]);
      expect(attached).not.toContain(`<${logicalId}>`);
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
