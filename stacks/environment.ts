import { ArnFormat } from "aws-cdk-lib";
import { StringParameter } from "aws-cdk-lib/aws-ssm";
import type { DeploymentStack } from "./deployment.ts";
import type { Network } from "./network.ts";
import type { Storage } from "./storage.ts";

type Variables = Record<string, string>;

/**
 * What every function knows: the names of the stage's own table, secrets and log, none of which is a secret, and the
 * sender of e-mail, because whoever ends a run has to know whether a mail is due.
 */
export function stageVariables(stack: DeploymentStack, storage: Storage): Variables {
  return {
    ERRAND_STAGE: stack.deployment.stage,
    ERRAND_TABLE: storage.table.tableName,
    ERRAND_DEPLOYMENT_KEY_SECRET: stack.names.deploymentKey,
    ERRAND_SECRET_PREFIX: stack.names.secretPrefix,
    ERRAND_LOG_GROUP: stack.names.runLogGroup,
    ERRAND_LOG_RETENTION_DAYS: String(storage.runLogRetention),
    ERRAND_MAIL_FROM: stack.deployment.settings.mailFrom,
  };
}

export function clusterVariables(network: Network): Variables {
  return { ERRAND_CLUSTER: network.cluster.clusterArn };
}

/** What it takes to start a container that finds its way back. `apiUrl` has no slash at its end. */
export function launchVariables(
  stack: DeploymentStack,
  network: Network,
  { apiUrl, runnerApiUrl }: { apiUrl: string; runnerApiUrl: string },
): Variables {
  // CloudFormation reads the subnets out of a parameter that must be there, and up to date, by then.
  stack.addDependency(network);
  return {
    ...clusterVariables(network),
    ERRAND_TASK_DEFINITION_CLAUDE: stack.names.taskFamily("claude"),
    ERRAND_TASK_DEFINITION_CODEX: stack.names.taskFamily("codex"),
    ERRAND_SUBNETS: StringParameter.valueForStringParameter(stack, stack.names.subnets),
    ERRAND_SECURITY_GROUP: network.securityGroup.securityGroupId,
    ERRAND_API_URL: apiUrl,
    ERRAND_RUNNER_API_URL: runnerApiUrl,
  };
}

/** What a task's schedule is made of. All of it is agreed on by name: see `namesOf`. */
export function scheduleVariables(stack: DeploymentStack): Variables {
  return {
    ERRAND_SCHEDULE_GROUP: stack.names.scheduleGroup,
    ERRAND_DISPATCHER_ARN: dispatcherArn(stack),
    ERRAND_SCHEDULER_ROLE_ARN: roleArn(stack, stack.names.schedulerRole),
    ERRAND_DEAD_LETTER_ARN: stack.formatArn({ service: "sqs", resource: stack.names.scheduleDeadLetters }),
  };
}

/** Where links in e-mails, and the one that signs people in, lead. */
export function linkVariables(consoleUrl: string): Variables {
  return { ERRAND_CONSOLE_URL: consoleUrl };
}

export function dispatcherArn(stack: DeploymentStack): string {
  return stack.formatArn({
    service: "lambda",
    resource: "function",
    resourceName: stack.names.function("dispatcher"),
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}

export function roleArn(stack: DeploymentStack, roleName: string): string {
  return stack.formatArn({ service: "iam", region: "", resource: "role", resourceName: roleName });
}
