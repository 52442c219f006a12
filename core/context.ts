import * as z from "zod";
import type { AgentType } from "../contract/agent.ts";
import { openTable, type Table } from "./aws/table/index.ts";

const list = z
  .string()
  .default("")
  .transform((value) => value.split(",").filter(Boolean));

/** A host of the internet for which something on this machine answers, for one credential or for all. */
const standIn = z.object({ host: z.string(), url: z.url(), forKey: z.string().optional() });

/**
 * The deployment as its functions know it: names of its own resources and nothing secret. What a function does not need,
 * its stack does not give it.
 */
const environment = z.object({
  ERRAND_STAGE: z.string(),
  ERRAND_TABLE: z.string(),
  ERRAND_CLUSTER: z.string(),
  ERRAND_TASK_DEFINITION_CLAUDE: z.string().optional(),
  ERRAND_TASK_DEFINITION_CODEX: z.string().optional(),
  ERRAND_SUBNETS: list,
  ERRAND_SECURITY_GROUP: z.string().optional(),
  ERRAND_SCHEDULE_GROUP: z.string().optional(),
  ERRAND_DISPATCHER_ARN: z.string().optional(),
  ERRAND_SCHEDULER_ROLE_ARN: z.string().optional(),
  ERRAND_DEAD_LETTER_ARN: z.string().optional(),
  ERRAND_DEPLOYMENT_KEY_SECRET: z.string(),
  ERRAND_SECRET_PREFIX: z.string(),
  ERRAND_LOG_GROUP: z.string(),
  ERRAND_LOG_RETENTION_DAYS: z.coerce.number().int().positive(),
  ERRAND_MAIL_FROM: z.string().optional(),
  ERRAND_API_URL: z.string().optional(),
  ERRAND_RUNNER_API_URL: z.string().optional(),
  ERRAND_CONSOLE_URL: z.string().optional(),
  /** Only ever set by the local stack. */
  ERRAND_STAND_INS: z
    .string()
    .default("[]")
    .transform((text) => JSON.parse(text) as unknown)
    .pipe(z.array(standIn)),
});

export interface Config {
  stage: string;
  table: string;
  cluster: string;
  taskDefinitions: Record<AgentType, string>;
  subnets: string[];
  securityGroup: string;
  scheduleGroup: string;
  dispatcherArn: string;
  schedulerRoleArn: string;
  deadLetterArn: string;
  deploymentKeySecret: string;
  secretPrefix: string;
  logGroup: string;
  logRetentionDays: number;
  mailFrom: string;
  apiUrl: string;
  /** Where runners report. */
  runnerApiUrl: string;
  consoleUrl: string;
  standIns: z.infer<typeof standIn>[];
}

export function readConfig(variables: Record<string, string | undefined>): Config {
  const env = environment.parse(variables);
  return {
    stage: env.ERRAND_STAGE,
    table: env.ERRAND_TABLE,
    cluster: env.ERRAND_CLUSTER,
    taskDefinitions: {
      "claude-runner": env.ERRAND_TASK_DEFINITION_CLAUDE ?? "",
      "codex-runner": env.ERRAND_TASK_DEFINITION_CODEX ?? "",
    },
    subnets: env.ERRAND_SUBNETS,
    securityGroup: env.ERRAND_SECURITY_GROUP ?? "",
    scheduleGroup: env.ERRAND_SCHEDULE_GROUP ?? "",
    dispatcherArn: env.ERRAND_DISPATCHER_ARN ?? "",
    schedulerRoleArn: env.ERRAND_SCHEDULER_ROLE_ARN ?? "",
    deadLetterArn: env.ERRAND_DEAD_LETTER_ARN ?? "",
    deploymentKeySecret: env.ERRAND_DEPLOYMENT_KEY_SECRET,
    secretPrefix: env.ERRAND_SECRET_PREFIX,
    logGroup: env.ERRAND_LOG_GROUP,
    logRetentionDays: env.ERRAND_LOG_RETENTION_DAYS,
    mailFrom: env.ERRAND_MAIL_FROM ?? "",
    apiUrl: env.ERRAND_API_URL ?? "",
    runnerApiUrl: env.ERRAND_RUNNER_API_URL ?? "",
    consoleUrl: env.ERRAND_CONSOLE_URL || env.ERRAND_API_URL || "",
    standIns: env.ERRAND_STAND_INS,
  };
}

/** What every function of the domain gets: the deployment, its table, and the doors of time and randomness. */
export interface Context {
  config: Config;
  table: Table;
  now: () => Date;
  /** That many random bytes. */
  random: (bytes: number) => Uint8Array;
}

export function createContext(config: Config, doors: Pick<Context, "now" | "random">): Context {
  return { config, table: openTable(config.table), ...doors };
}
