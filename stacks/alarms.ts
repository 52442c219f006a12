import { Duration } from "aws-cdk-lib";
import { Alarm, ComparisonOperator, type IMetric, Metric, Stats, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import type { Construct } from "constructs";
import type { Api } from "./api.ts";
import { type Deployment, DeploymentStack } from "./deployment.ts";
import type { Dispatch } from "./dispatch.ts";
import type { RunnerApi } from "./runner-api.ts";
import type { Storage } from "./storage.ts";

interface AlarmOn {
  readonly metric: IMetric;
  readonly description: string;
  readonly threshold?: number;
  readonly evaluationPeriods?: number;
  readonly comparison?: ComparisonOperator;
  readonly missing?: TreatMissingData;
}

const FIVE_MINUTES = Duration.minutes(5);

/** What the functions tell by themselves: see core/metric.ts. */
const OWN_METRICS: Record<string, Omit<AlarmOn, "metric"> & { readonly metricName: string }> = {
  "launches-refused": {
    metricName: "LaunchesRefused",
    description:
      "ECS refuses to start containers, so every run fails. The function's log says why: look for the event launch.",
  },
  "launches-without-room": {
    metricName: "LaunchesWithoutRoom",
    evaluationPeriods: 3,
    description:
      "For fifteen minutes ECS has had no room for containers, or has throttled. Runs wait. Raise the Fargate quota, or choose other zones.",
  },
  "leases-lapsed": {
    metricName: "LeasesLapsed",
    description:
      "More than a fifth of all runners went silent at once: rather our outage than theirs. Their leases were extended once. Look at the runner-api function.",
  },
  "runs-stuck": {
    metricName: "RunsStuck",
    description: "A run should have ended and has not. The sweeper's log names it.",
  },
};

/** What a person has to know about. One metric each: an account's first ten alarms are free, then $0.10 a month. */
export class Alarms extends DeploymentStack {
  readonly topic: Topic;

  constructor(
    scope: Construct,
    deployment: Deployment,
    storage: Storage,
    dispatch: Dispatch,
    runnerApi: RunnerApi,
    api: Api,
  ) {
    super(scope, "alarms", "alarms", deployment);
    this.topic = this.createTopic();
    this.deadLetters(dispatch);
    this.functions(dispatch, runnerApi, api);
    this.table(storage);
    this.runs(dispatch);
  }

  /**
   * Not encrypted with a key: CloudWatch cannot publish under SNS's own, and one that it can costs $1 a month.
   * An alarm says the name of a metric and a number.
   */
  private createTopic(): Topic {
    const topic = new Topic(this, "Topic", { displayName: this.names.stack("alarms"), enforceSSL: true });
    // The policy that enforceSSL makes takes the place of the default one, which let this account's alarms in.
    topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal("cloudwatch.amazonaws.com")],
        actions: ["sns:Publish"],
        resources: [topic.topicArn],
        conditions: { StringEquals: { "aws:SourceAccount": this.account } },
      }),
    );
    const { alarmEmail } = this.deployment.settings;
    if (alarmEmail !== "") topic.addSubscription(new EmailSubscription(alarmEmail));
    return topic;
  }

  private deadLetters(dispatch: Dispatch): void {
    const queues = {
      "schedule-dead-letters": dispatch.scheduleDeadLetters,
      "invocation-dead-letters": dispatch.invocationDeadLetters,
      "event-dead-letters": dispatch.eventDeadLetters,
    };
    for (const [name, queue] of Object.entries(queues)) {
      this.alarm(name, {
        metric: queue.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM, period: FIVE_MINUTES }),
        description:
          "An event was not handled. Read it in the queue: it says which task or run; the sweeper settles runs.",
      });
    }
  }

  private functions(dispatch: Dispatch, runnerApi: RunnerApi, api: Api): void {
    this.alarm("dispatcher-errors", {
      metric: dispatch.dispatcher.metricErrors({ period: FIVE_MINUTES }),
      description: "The dispatcher failed. Its log says why; the slot is tried again twice.",
    });
    this.alarm("follow-up-behind", {
      metric: dispatch.followUp.metric("IteratorAge", { statistic: Stats.MAXIMUM, period: FIVE_MINUTES }),
      threshold: Duration.minutes(5).toMilliseconds(),
      description:
        "What follows the end of runs is five minutes late. The log of follow-up says why; the sweep helps out.",
    });
    this.alarm("api-errors", {
      metric: api.restApi.metricServerError({ statistic: Stats.SUM, period: FIVE_MINUTES }),
      threshold: 5,
      description: "The API answers 5xx: look at the api function's log.",
    });
    this.alarm("runner-api-errors", {
      // What AWS answers by itself counts too, as when the function is throttled or away.
      metric: runnerApi.function.metric("Url5xxCount", { statistic: Stats.SUM, period: FIVE_MINUTES }),
      threshold: 5,
      description:
        "The runner API answers 5xx. Runners cannot report while it does: look at the runner-api function's log.",
    });
    this.alarm("function-throttles", {
      // Without a dimension: concurrency is shared, so whoever uses it up in this region starves Errand too.
      metric: new Metric({
        namespace: "AWS/Lambda",
        metricName: "Throttles",
        statistic: Stats.SUM,
        period: FIVE_MINUTES,
      }),
      description: "Functions were throttled in this region. Raise the account's Lambda concurrency.",
    });
  }

  private table(storage: Storage): void {
    for (const [name, metricName] of [
      ["table-read-throttles", "ReadThrottleEvents"],
      ["table-write-throttles", "WriteThrottleEvents"],
    ] as const) {
      this.alarm(name, {
        metric: storage.table.metric(metricName, { statistic: Stats.SUM, period: FIVE_MINUTES }),
        description:
          "The table throttled requests. On-demand tables grow by themselves: look for a hot key if it lasts.",
      });
    }
  }

  private runs(dispatch: Dispatch): void {
    for (const [name, on] of Object.entries(OWN_METRICS)) {
      const { metricName, ...rest } = on;
      const metric = new Metric({
        namespace: "Errand",
        metricName,
        dimensionsMap: { Stage: this.deployment.stage },
        statistic: Stats.MAXIMUM,
        period: FIVE_MINUTES,
      });
      this.alarm(name, { metric, ...rest });
    }
    this.alarm("sweeper-silent", {
      metric: dispatch.sweeper.metricInvocations({ period: FIVE_MINUTES }),
      threshold: 1,
      comparison: ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: 2,
      missing: TreatMissingData.BREACHING,
      description: "The sweeper has not run for ten minutes, so nothing settles runs whose container is lost.",
    });
  }

  private alarm(name: string, on: AlarmOn): void {
    const alarm = new Alarm(this, name, {
      alarmName: this.names.function(name),
      alarmDescription: on.description,
      metric: on.metric,
      threshold: on.threshold ?? 1,
      evaluationPeriods: on.evaluationPeriods ?? 1,
      comparisonOperator: on.comparison ?? ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: on.missing ?? TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(this.topic));
  }
}
