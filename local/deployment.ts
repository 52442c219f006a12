import type { AgentName } from "./agent-clis.ts";

export const stage = "local";
export const region = "eu-north-1";
export const accountId = "000000000000";

const arn = (service: string, resource: string) => `arn:aws:${service}:${region}:${accountId}:${resource}`;

/** The functions of a deployment, with the time limits they have on AWS. */
export const functionTimeouts = {
  api: 28_000,
  "runner-api": 15_000,
  dispatcher: 60_000,
  sweeper: 55_000,
  "follow-up": 60_000,
  "runner-stopped": 60_000,
} as const;
export type FunctionName = keyof typeof functionTimeouts;

export const functionName = (name: FunctionName) => `${stage}-errand-${name}`;
export const functionArn = (name: FunctionName) => arn("lambda", `function:${functionName(name)}`);

/** The resources of the local deployment, named as the stacks name them. */
export const names = {
  table: `errand-${stage}`,
  cluster: `errand-${stage}`,
  clusterArn: arn("ecs", `cluster/errand-${stage}`),
  taskFamily: (agent: AgentName) => `errand-${stage}-${agent}`,
  image: (agent: AgentName) => `errand-${agent}`,
  scheduleGroup: `errand-${stage}`,
  /** In a group of its own, where no task's schedule is. */
  sweepGroup: `errand-${stage}-sweep`,
  schedulerRole: `arn:aws:iam::${accountId}:role/${stage}-errand-scheduler`,
  taskRole: `arn:aws:iam::${accountId}:role/${stage}-errand-task`,
  scheduleDeadLetters: arn("sqs", `${stage}-errand-schedule-dead-letters`),
  secretPrefix: `errand/${stage}/`,
  deploymentKey: `errand/${stage}/deployment-key`,
  logGroup: `/errand/${stage}/runs`,
  logRetentionDays: 14,
  mailFrom: "Errand <errand@localhost.localdomain>",
} as const;

export interface Endpoints {
  api: string;
  runnerApi: string;
  aws: string;
  dynamodb: string;
  /** The access key that the AWS of this machine answers. */
  accessKeyId?: string;
}

/** A host of the internet for which something on this machine answers, for one credential or for all. */
export interface StandIn {
  host: string;
  url: string;
  forKey?: string;
}

/** What the functions read from their environment, and what points every AWS client at this machine. */
export function functionEnvironment(endpoints: Endpoints, standIns: StandIn[]): Record<string, string> {
  return {
    ERRAND_STAGE: stage,
    ERRAND_TABLE: names.table,
    ERRAND_CLUSTER: names.clusterArn,
    ERRAND_TASK_DEFINITION_CLAUDE: names.taskFamily("claude"),
    ERRAND_TASK_DEFINITION_CODEX: names.taskFamily("codex"),
    ERRAND_SUBNETS: "subnet-00000000000000000",
    ERRAND_SECURITY_GROUP: "sg-00000000000000000",
    ERRAND_SCHEDULE_GROUP: names.scheduleGroup,
    ERRAND_DISPATCHER_ARN: functionArn("dispatcher"),
    ERRAND_SCHEDULER_ROLE_ARN: names.schedulerRole,
    ERRAND_DEAD_LETTER_ARN: names.scheduleDeadLetters,
    ERRAND_DEPLOYMENT_KEY_SECRET: names.deploymentKey,
    ERRAND_SECRET_PREFIX: names.secretPrefix,
    ERRAND_LOG_GROUP: names.logGroup,
    ERRAND_LOG_RETENTION_DAYS: String(names.logRetentionDays),
    ERRAND_MAIL_FROM: names.mailFrom,
    ERRAND_API_URL: endpoints.api,
    ERRAND_RUNNER_API_URL: endpoints.runnerApi,
    ERRAND_CONSOLE_URL: endpoints.api,
    ERRAND_STAND_INS: JSON.stringify(standIns),
    ...awsEnvironment(endpoints),
  };
}

/** Dummy credentials and no profile: whatever the person has set up for the real AWS is out of reach. */
function awsEnvironment(endpoints: Endpoints): Record<string, string> {
  return {
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: endpoints.accessKeyId ?? "local",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_SESSION_TOKEN: "",
    AWS_PROFILE: "",
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_ENDPOINT_URL: endpoints.aws,
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
  };
}
