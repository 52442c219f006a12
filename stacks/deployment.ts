import { Stack } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { namesOf } from "./names.ts";
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

/**
 * Throws when the stage's name cannot be part of every resource's name, a setting is malformed, or nobody looked up what
 * the stage was deployed with (deploy/ does): it would be lost.
 */
export function deploymentOf(app: StagedApp): Deployment {
  if (!/^[a-z][a-z0-9-]{0,19}$/.test(app.stage)) {
    throw new Error(
      `The stage "${app.stage}" cannot be used in resource names. Use up to 20 lower-case letters, digits and hyphens, starting with a letter.`,
    );
  }
  const read = process.env.ERRAND_DEPLOYMENT;
  if (read !== `${app.stage}/${app.region}`) {
    throw new Error(
      `The settings of ${app.stage} in ${app.region} were not read. Start SST or CDK in Errand's own folder, as npx sst … or npx cdk …`,
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
