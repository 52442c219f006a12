import { Stack } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { applyRules } from "./rules.ts";
import { readSettings, type Settings } from "./settings.ts";

/** One stage of Errand in one account and region. Everything a stack is given from outside. */
export interface Deployment {
  readonly stage: string;
  readonly account: string;
  readonly region: string;
  readonly settings: Settings;
}

/** The part of an SST app that a deployment is read from. */
interface StagedApp {
  readonly stage: string;
  readonly account: string;
  readonly region: string;
}

/** Throws when the stage's name cannot be part of every resource's name, or a setting is malformed. */
export function deploymentOf(app: StagedApp): Deployment {
  if (!/^[a-z][a-z0-9-]{0,19}$/.test(app.stage)) {
    throw new Error(
      `The stage "${app.stage}" cannot be used in resource names. Use up to 20 lower-case letters, digits and hyphens, starting with a letter.`,
    );
  }
  return { stage: app.stage, account: app.account, region: app.region, settings: readSettings(process.env) };
}

/**
 * A stage that is made to be thrown away. Everything else keeps its data when the stack goes,
 * so a stage with an unforeseen name errs on the side of keeping.
 */
export function isEphemeral(stage: string): boolean {
  return /^(ci|dev|pr|test)(-|$)/.test(stage);
}

/**
 * The names that are agreed on before the resources exist. They let the API, which must be deployed first because its
 * address is drawn by AWS, refer to the dispatcher without a cycle between the stacks.
 */
export function namesOf(stage: string, region: string) {
  return {
    stack: (noun: string) => `${stage}-errand-${noun}`,
    function: (name: string) => `${stage}-errand-${name}`,
    logGroup: (name: string) => `/errand/${stage}/${name}`,
    runLogGroup: `/errand/${stage}/runs`,
    taskFamily: (agent: string) => `errand-${stage}-${agent}`,
    cluster: `errand-${stage}`,
    scheduleGroup: `errand-${stage}`,
    /** What is named once for all regions of an account: roles, and everything of CloudFront's. */
    accountWide: (name: string) => `${stage}-errand-${name}-${region}`,
    schedulerRole: `${stage}-errand-scheduler-${region}`,
    scheduleDeadLetters: `${stage}-errand-schedule-dead-letters`,
    secretPrefix: `errand/${stage}/`,
    deploymentKey: `errand/${stage}/deployment-key`,
  };
}

/** A stack of one deployment: construct id and stack name are alike, as SST asks. */
export class DeploymentStack extends Stack {
  readonly deployment: Deployment;
  readonly names: ReturnType<typeof namesOf>;
  readonly ephemeral: boolean;

  constructor(scope: Construct, noun: string, description: string, deployment: Deployment) {
    const names = namesOf(deployment.stage, deployment.region);
    const stackName = names.stack(noun);
    super(scope, stackName, {
      stackName,
      description: `Errand (${deployment.stage}): ${description}`,
      env: { account: deployment.account, region: deployment.region },
    });
    this.deployment = deployment;
    this.names = names;
    this.ephemeral = isEphemeral(deployment.stage);
    applyRules(this, this.names.logGroup);
  }
}
