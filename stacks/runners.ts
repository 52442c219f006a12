import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { Duration, Fn, IgnoreMode, RemovalPolicy, Size } from "aws-cdk-lib";
import { FlowLogDestination, FlowLogMaxAggregationInterval, SecurityGroup, SubnetType, Vpc } from "aws-cdk-lib/aws-ec2";
import { DockerImageAsset, Platform } from "aws-cdk-lib/aws-ecr-assets";
import {
  AwsLogDriverMode,
  Capability,
  Cluster,
  ContainerImage,
  ContainerInsights,
  CpuArchitecture,
  FargateTaskDefinition,
  LinuxParameters,
  LogDrivers,
  OperatingSystemFamily,
} from "aws-cdk-lib/aws-ecs";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { NagSuppressions } from "cdk-nag";
import type { Construct } from "constructs";
import { type Deployment, DeploymentStack } from "./deployment.ts";
import type { Storage } from "./storage.ts";

const AGENTS = ["claude", "codex"] as const;
type Agent = (typeof AGENTS)[number];

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

/** Where runs happen: a network with a way out and none in, a cluster, and a task definition for each agent. */
export class Runners extends DeploymentStack {
  readonly cluster: Cluster;
  readonly securityGroup: SecurityGroup;
  readonly subnetIds: string[];
  readonly families: Record<Agent, string>;
  /** The roles that whoever calls RunTask has to pass. */
  readonly passedRoles: Role[];

  constructor(scope: Construct, deployment: Deployment, storage: Storage) {
    super(scope, "runners", "network, cluster and task definitions", deployment);
    const vpc = this.network();
    this.subnetIds = vpc.publicSubnets.map((subnet) => subnet.subnetId);
    this.securityGroup = new SecurityGroup(this, "SecurityGroup", {
      vpc,
      description: "Errand runners: everything out, nothing in",
      allowAllOutbound: true,
    });
    this.cluster = new Cluster(this, "Cluster", {
      vpc,
      clusterName: this.names.cluster,
      containerInsightsV2: ContainerInsights.DISABLED,
    });
    NagSuppressions.addResourceSuppressions(this.cluster, [
      {
        id: "AwsSolutions-ECS4",
        reason:
          "Container Insights bills custom metrics for every short-lived task. Runs report progress, usage, cost and outcome themselves, and stuck runs raise an alarm.",
      },
    ]);

    if (this.bundlingRequired) buildRunner(process.cwd());
    const executionRole = this.executionRole(storage);
    const taskRoles = AGENTS.map((agent) => this.taskDefinition(agent, executionRole, storage));
    this.families = { claude: this.names.taskFamily("claude"), codex: this.names.taskFamily("codex") };
    this.passedRoles = [executionRole, ...taskRoles];
  }

  /** Two zones picked by the template: the lookup that CDK would make instead needs credentials at build time. */
  override get availabilityZones(): string[] {
    return [Fn.select(0, Fn.getAzs()), Fn.select(1, Fn.getAzs())];
  }

  /**
   * Public subnets, because a NAT gateway costs $32 a month while idle. Nothing can reach a runner: its security group has
   * no ingress, and it listens on 127.0.0.1 only.
   */
  private network(): Vpc {
    const vpc = new Vpc(this, "Vpc", {
      natGateways: 0,
      maxAzs: 2,
      subnetConfiguration: [
        { name: "runners", subnetType: SubnetType.PUBLIC, cidrMask: 20, mapPublicIpOnLaunch: false },
      ],
      restrictDefaultSecurityGroup: true,
    });
    const logGroup = new LogGroup(this, "FlowLogs", {
      logGroupName: this.names.logGroup("network"),
      retention: RetentionDays.TWO_WEEKS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    vpc.addFlowLog("FlowLog", {
      destination: FlowLogDestination.toCloudWatchLogs(logGroup),
      maxAggregationInterval: FlowLogMaxAggregationInterval.TEN_MINUTES,
    });
    return vpc;
  }

  /** What ECS itself uses to start a container: pull the two images, write the runs' log. The container never gets it. */
  private executionRole(storage: Storage): Role {
    const role = new Role(this, "ExecutionRole", {
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

  /** Gives back the task role. It has no policy: the agent shares the container, so the container may do nothing. */
  private taskDefinition(agent: Agent, executionRole: Role, storage: Storage): Role {
    const taskRole = new Role(this, `${agent}-task-role`, {
      description: "Grants nothing, on purpose: the agent shares its container",
      assumedBy: new ServicePrincipal("ecs-tasks.amazonaws.com"),
    });
    // The agents need 150-220 MB, the runner about 80; the rest is for the builds and tests they start, which are what
    // gets killed for memory. A killed run costs its model calls again, the two gigabytes above 2 cost $0.007 an hour.
    const definition = new FargateTaskDefinition(this, `${agent}-task`, {
      family: this.names.taskFamily(agent),
      cpu: 1024,
      memoryLimitMiB: 4096,
      runtimePlatform: { cpuArchitecture: CpuArchitecture.ARM64, operatingSystemFamily: OperatingSystemFamily.LINUX },
      taskRole,
      executionRole,
    });
    const linuxParameters = new LinuxParameters(this, `${agent}-linux`, {});
    linuxParameters.dropCapabilities(...DROPPED);
    definition.addContainer("runner", {
      image: ContainerImage.fromDockerImageAsset(this.image(agent)),
      environment: {
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
    return taskRole;
  }

  private image(agent: Agent): DockerImageAsset {
    return new DockerImageAsset(this, `${agent}-image`, {
      directory: join(process.cwd(), "containers"),
      file: join(agent, "Dockerfile"),
      platform: Platform.LINUX_ARM64,
      // Only what the Dockerfile copies, so that an image changes when its content does.
      exclude: ["*", `!${agent}`, "!runner", "runner/*", "!runner/dist"],
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
