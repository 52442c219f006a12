import { Duration } from "aws-cdk-lib";
import { Rule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { EventSourceMapping, FilterCriteria, StartingPosition } from "aws-cdk-lib/aws-lambda";
import { SqsDlq } from "aws-cdk-lib/aws-lambda-event-sources";
import type { NodejsFunction } from "aws-cdk-lib/aws-lambda-nodejs";
import { CfnSchedule, CfnScheduleGroup } from "aws-cdk-lib/aws-scheduler";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { followUpSource } from "../core/run/follow-up-source.ts";
import type { Api } from "./api.ts";
import { type Deployment, DeploymentStack } from "./deployment.ts";
import { launchVariables, linkVariables, scheduleVariables, stageVariables } from "./environment.ts";
import { errandFunction } from "./function.ts";
import type { Network } from "./network.ts";
import { launch, lookAfter, mail, migration, scheduleSync, stop, streamOf, tableAccess } from "./permissions.ts";
import { deadLetterQueue } from "./queue.ts";
import type { RunnerApi } from "./runner-api.ts";
import type { Storage } from "./storage.ts";

/** What happens without anybody asking: slots, the minute's sweep, what follows a run, and containers that stopped. */
export class Dispatch extends DeploymentStack {
  readonly dispatcher: NodejsFunction;
  readonly sweeper: NodejsFunction;
  readonly runnerStopped: NodejsFunction;
  readonly followUp: NodejsFunction;
  /** What Scheduler could not hand to a function. */
  readonly scheduleDeadLetters: Queue;
  /** What a function was handed and failed at until its retries were used up. */
  readonly invocationDeadLetters: Queue;
  /** Stopped containers that EventBridge could not tell anybody about. */
  readonly eventDeadLetters: Queue;

  constructor(
    scope: Construct,
    deployment: Deployment,
    storage: Storage,
    network: Network,
    runnerApi: RunnerApi,
    api: Api,
  ) {
    super(scope, "dispatch", "slots, sweeps and stopped runners", deployment);
    this.scheduleDeadLetters = deadLetterQueue(this, "ScheduleDeadLetters", this.names.scheduleDeadLetters);
    this.invocationDeadLetters = deadLetterQueue(this, "InvocationDeadLetters");
    this.eventDeadLetters = deadLetterQueue(this, "EventDeadLetters");

    const addresses = { apiUrl: api.url, runnerApiUrl: runnerApi.url };
    const environment = { ...stageVariables(this, storage), ...launchVariables(this, network, addresses) };
    const permissions = [tableAccess(storage), launch(this, storage, network)];

    this.dispatcher = errandFunction(this, {
      name: "dispatcher",
      description: "Turns the slot of a schedule into a run and its container",
      // A slot is two calls to AWS; what it waits for is its own cold start, and that is short from 512 MB on.
      memorySize: 512,
      // Well inside the launch lease of two minutes: who takes a launch over never meets the one who lost it.
      timeout: Duration.seconds(60),
      environment,
      permissions,
      // The run's id comes from the slot, so trying again is safe; an hour later a slot is better reported than run.
      async: { retryAttempts: 2, maxEventAge: Duration.hours(1), deadLetters: this.invocationDeadLetters },
    });
    this.runnerStopped = errandFunction(this, {
      name: "runner-stopped",
      description: "Settles the run of a container that has stopped, or starts its next attempt",
      memorySize: 512,
      timeout: Duration.seconds(60),
      environment,
      permissions: [...permissions, stop(this, network)],
      async: { retryAttempts: 2, maxEventAge: Duration.hours(1), deadLetters: this.invocationDeadLetters },
    });
    this.sweeper = errandFunction(this, {
      name: "sweeper",
      description: "Each minute: leases, deadlines, waiting runs, unsent mail, drifted schedules",
      memorySize: 512,
      // Ends before the next one starts.
      timeout: Duration.seconds(55),
      environment: { ...environment, ...scheduleVariables(this), ...linkVariables(api.consoleUrl) },
      permissions: [
        ...permissions,
        migration(storage),
        stop(this, network),
        lookAfter(this, network),
        scheduleSync(this),
        mail(this),
      ],
      // The next minute is the retry.
      async: { retryAttempts: 0, maxEventAge: Duration.minutes(1), deadLetters: this.invocationDeadLetters },
    });

    this.followUp = errandFunction(this, {
      name: "follow-up",
      description: "Does what follows when a run has come to wait or to its end",
      memorySize: 512,
      timeout: Duration.seconds(60),
      environment: { ...environment, ...linkVariables(api.consoleUrl) },
      permissions: [...permissions, mail(this), streamOf(storage)],
    });

    this.schedules();
    this.sweepEachMinute();
    this.readStream(storage);
    this.hearStoppedContainers(network);
  }

  /** The group of the tasks' schedules, which the API fills, and what those schedules may do. */
  private schedules(): void {
    new CfnScheduleGroup(this, "ScheduleGroup", { name: this.names.scheduleGroup });
    this.schedulerRole("SchedulerRole", this.dispatcher, this.names.scheduleGroup, this.names.schedulerRole);
  }

  /** In a group of its own, where nothing that may change the tasks' schedules can reach it. */
  private sweepEachMinute(): void {
    const groupName = `${this.names.scheduleGroup}-sweep`;
    const group = new CfnScheduleGroup(this, "SweepGroup", { name: groupName });
    const role = this.schedulerRole("SweepRole", this.sweeper, groupName);
    const schedule = new CfnSchedule(this, "Sweep", {
      name: "each-minute",
      groupName,
      description: "Sweeps each minute",
      scheduleExpression: "rate(1 minute)",
      flexibleTimeWindow: { mode: "OFF" },
      target: {
        arn: this.sweeper.functionArn,
        roleArn: role.roleArn,
        deadLetterConfig: { arn: this.scheduleDeadLetters.queueArn },
        retryPolicy: { maximumRetryAttempts: 0, maximumEventAgeInSeconds: 60 },
      },
    });
    schedule.node.addDependency(group, role);
  }

  /** Trusts schedules of one group of this account only, so that nobody else's schedule can borrow it. */
  private schedulerRole(id: string, target: NodejsFunction, group: string, roleName?: string): Role {
    const role = new Role(this, id, {
      roleName,
      assumedBy: new ServicePrincipal("scheduler.amazonaws.com", {
        conditions: {
          StringEquals: {
            "aws:SourceAccount": this.account,
            "aws:SourceArn": this.formatArn({
              service: "scheduler",
              resource: "schedule-group",
              resourceName: group,
            }),
          },
        },
      }),
    });
    role.addToPolicy(new PolicyStatement({ actions: ["lambda:InvokeFunction"], resources: [target.functionArn] }));
    role.addToPolicy(
      new PolicyStatement({ actions: ["sqs:SendMessage"], resources: [this.scheduleDeadLetters.queueArn] }),
    );
    return role;
  }

  /** Lambda reads the table's stream for nothing: only what passes the filters costs an invocation. */
  private readStream(storage: Storage): void {
    new EventSourceMapping(this, "Stream", {
      target: this.followUp,
      eventSourceArn: storage.streamArn,
      startingPosition: StartingPosition.TRIM_HORIZON,
      filters: followUpSource.filters.map((pattern) => FilterCriteria.filter(pattern)),
      batchSize: followUpSource.batchSize,
      retryAttempts: followUpSource.retryAttempts,
      reportBatchItemFailures: true,
      bisectBatchOnError: true,
      onFailure: new SqsDlq(this.invocationDeadLetters),
    });
  }

  private hearStoppedContainers(network: Network): void {
    new Rule(this, "Stopped", {
      description: "Containers of this stage's cluster that have stopped",
      eventPattern: {
        source: ["aws.ecs"],
        detailType: ["ECS Task State Change"],
        detail: { clusterArn: [network.cluster.clusterArn], lastStatus: ["STOPPED"] },
      },
      targets: [
        new LambdaFunction(this.runnerStopped, {
          deadLetterQueue: this.eventDeadLetters,
          retryAttempts: 4,
          maxEventAge: Duration.hours(1),
        }),
      ],
    });
  }
}
