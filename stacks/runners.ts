import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Duration, IgnoreMode, Size } from "aws-cdk-lib";
import { DockerImageAsset, Platform } from "aws-cdk-lib/aws-ecr-assets";
import {
  AwsLogDriverMode,
  Capability,
  ContainerImage,
  CpuArchitecture,
  FargateTaskDefinition,
  LinuxParameters,
  LogDrivers,
  OperatingSystemFamily,
} from "aws-cdk-lib/aws-ecs";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { NagSuppressions } from "cdk-nag";
import type { Construct } from "constructs";
import { base } from "../containers/refresh.ts";
import { type Deployment, DeploymentStack } from "./deployment.ts";
import type { RunnerApi } from "./runner-api.ts";
import type { Storage } from "./storage.ts";

export const AGENTS = ["claude", "codex"] as const;
type Agent = (typeof AGENTS)[number];

/** ARM is a fifth cheaper; where a zone or an agent's tools lack it, x86 does the same work. */
const PROCESSORS = {
  arm64: { task: CpuArchitecture.ARM64, image: Platform.LINUX_ARM64 },
  x86_64: { task: CpuArchitecture.X86_64, image: Platform.LINUX_AMD64 },
} as const;

/** The user that the agent runs as, made by the Dockerfiles. */
const AGENT_USER = { uid: "1000", gid: "1000" };

/**
 * The runner is root so that it can start the agent as somebody else and keep its own memory to itself. It needs to hand
 * the checkout over (CHOWN, FOWNER), read and remove what the agent made (DAC_OVERRIDE), change user (SETUID, SETGID),
 * empty the agent's bounding set (SETPCAP) and signal it (KILL). The rest of what containers get by default goes.
 */
const DROPPED = [
  Capability.AUDIT_WRITE,
  Capability.FSETID,
  Capability.MKNOD,
  Capability.NET_BIND_SERVICE,
  Capability.NET_RAW,
  Capability.SETFCAP,
  Capability.SYS_CHROOT,
];

/** The images of the runners and a task definition for each agent. */
export class Runners extends DeploymentStack {
  /**
   * Deployed after the functions that runners call. A new image may say what only the API of its version understands;
   * what an image of the version before says, every API understands.
   */
  constructor(
    scope: Construct,
    deployment: Deployment,
    storage: Storage,
    runnerApi: RunnerApi,
    functions: DeploymentStack[],
  ) {
    super(scope, "runners", "images and task definitions of the runners", deployment);
    for (const stack of functions) this.addDependency(stack);
    if (this.bundlingRequired) buildRunner(process.cwd());
    const executionRole = this.executionRole(storage);
    for (const agent of AGENTS) this.taskDefinition(agent, executionRole, storage, runnerApi);
  }

  /** What ECS itself uses to start a container: pull the two images, write the runs' log. The container never gets it. */
  private executionRole(storage: Storage): Role {
    const role = new Role(this, "ExecutionRole", {
      roleName: this.names.executionRole,
      assumedBy: new ServicePrincipal("ecs-tasks.amazonaws.com"),
    });
    storage.runLogs.grantWrite(role);
    role.addToPolicy(new PolicyStatement({ actions: ["ecr:GetAuthorizationToken"], resources: ["*"] }));
    NagSuppressions.addResourceSuppressions(
      role,
      [
        {
          id: "AwsSolutions-IAM5",
          appliesTo: ["Resource::*"],
          reason:
            "ecr:GetAuthorizationToken takes no resource. The token alone reads nothing: layers are granted on the one repository that holds the images.",
        },
      ],
      true,
    );
    return role;
  }

  private taskDefinition(agent: Agent, executionRole: Role, storage: Storage, runnerApi: RunnerApi): void {
    // The agent shares the container: what the role may do must be worth nothing without a run's token.
    const taskRole = new Role(this, `${agent}-task-role`, {
      roleName: this.names.taskRole(agent),
      description: "Calls the runner API and nothing else: the agent shares its container",
      assumedBy: new ServicePrincipal("ecs-tasks.amazonaws.com"),
    });
    for (const statement of runnerApi.calls()) taskRole.addToPolicy(statement);
    // The agents need 150-220 MB, the runner about 80; the rest is for the builds and tests they start, which are what
    // gets killed for memory. A killed run costs its model calls again, the two gigabytes above 2 cost $0.007 an hour.
    const definition = new FargateTaskDefinition(this, `${agent}-task`, {
      family: this.names.taskFamily(agent),
      cpu: 1024,
      memoryLimitMiB: 4096,
      runtimePlatform: {
        cpuArchitecture: PROCESSORS[this.deployment.settings.architecture].task,
        operatingSystemFamily: OperatingSystemFamily.LINUX,
      },
      taskRole,
      executionRole,
    });
    // A container that starts at once may call at once.
    definition.node.addDependency(taskRole);
    const linuxParameters = new LinuxParameters(this, `${agent}-linux`, {});
    linuxParameters.dropCapabilities(...DROPPED);
    definition.addContainer("runner", {
      image: ContainerImage.fromDockerImageAsset(this.image(agent)),
      environment: {
        AWS_REGION: this.region,
        ERRAND_AGENT: agent,
        ERRAND_AGENT_UID: AGENT_USER.uid,
        ERRAND_AGENT_GID: AGENT_USER.gid,
      },
      linuxParameters,
      // Checkout, home and temporary files of the agent, and what builds install, all live on the task's own disk.
      readonlyRootFilesystem: false,
      // Time to interrupt the agent, learn what it cost and report: the CLIs need up to 5 s, the rest is for retries.
      stopTimeout: Duration.seconds(30),
      // Never wait for the log: a full buffer drops lines, and their numbers show the gap.
      logging: LogDrivers.awsLogs({
        logGroup: storage.runLogs,
        streamPrefix: "run",
        mode: AwsLogDriverMode.NON_BLOCKING,
        maxBufferSize: Size.mebibytes(25),
      }),
    });
    NagSuppressions.addResourceSuppressions(definition, [
      {
        id: "AwsSolutions-ECS2",
        reason:
          "The variables say which agent and which user the image holds. Nothing secret is in the environment: secrets come with the redeemed ticket.",
      },
    ]);
  }

  private image(agent: Agent): DockerImageAsset {
    const { image, refreshed } = base.parse(
      JSON.parse(readFileSync(join(process.cwd(), "containers/base.json"), "utf8")),
    );
    return new DockerImageAsset(this, `${agent}-image`, {
      directory: join(process.cwd(), "containers"),
      file: join(agent, "Dockerfile"),
      // Part of what an image is known by: when the base is refreshed, a deployment builds and brings new ones.
      buildArgs: { BASE: image, REFRESHED: refreshed },
      platform: PROCESSORS[this.deployment.settings.architecture].image,
      // Only what the Dockerfile copies, so that an image changes when its content does.
      exclude: ["*", `!${agent}`, "!image", "!runner", "runner/*", "!runner/dist"],
      ignoreMode: IgnoreMode.DOCKER,
    });
  }
}

/** The runner is bundled before its folder is hashed, in a process of its own because constructors cannot wait. */
function buildRunner(root: string): void {
  const program = `
    const { buildRunner } = await import("./containers/runner/build.ts");
    await buildRunner("containers/runner/dist/runner.js");`;
  execFileSync(process.execPath, ["--input-type=module", "--eval", program], { cwd: root, stdio: "inherit" });
}
