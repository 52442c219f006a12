import { join } from "node:path";
import { type Duration, RemovalPolicy } from "aws-cdk-lib";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Architecture, Runtime } from "aws-cdk-lib/aws-lambda";
import { SqsDestination } from "aws-cdk-lib/aws-lambda-destinations";
import { NodejsFunction, OutputFormat } from "aws-cdk-lib/aws-lambda-nodejs";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { NagSuppressions } from "cdk-nag";
import { bundle } from "./bundle.ts";
import type { DeploymentStack } from "./deployment.ts";
import type { Permission } from "./permissions.ts";

export interface ErrandFunctionProps {
  /** The file in functions/ that exports `handler`. */
  readonly name: string;
  readonly description: string;
  /** In MB. Lambda gives processor time in proportion. */
  readonly memorySize: number;
  readonly timeout: Duration;
  readonly environment: Record<string, string>;
  readonly permissions: Permission[];
  /** For what is invoked asynchronously: how often and how long Lambda tries again, and where the event goes then. */
  readonly async?: { readonly retryAttempts: number; readonly maxEventAge: Duration; readonly deadLetters: IQueue };
}

/**
 * A function of Errand: one ESM bundle with its own SDK, its own log group and a role that holds what it is given and
 * nothing else. No concurrency is reserved: the dispatcher's claims keep order, not a queue in front of it, and a new account
 * has ten at a time for everything, of which Lambda lets nobody reserve one.
 */
export function errandFunction(stack: DeploymentStack, props: ErrandFunctionProps): NodejsFunction {
  const root = process.cwd();
  const logGroup = new LogGroup(stack, `${props.name}-log`, {
    logGroupName: stack.names.logGroup(`functions/${props.name}`),
    retention: RetentionDays.ONE_MONTH,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const role = new Role(stack, `${props.name}-role`, { assumedBy: new ServicePrincipal("lambda.amazonaws.com") });
  logGroup.grantWrite(role);
  for (const statement of props.permissions.flatMap((permission) => permission.statements)) role.addToPolicy(statement);
  const wildcards = props.permissions.flatMap((permission) => permission.wildcards ?? []);
  if (wildcards.length > 0) NagSuppressions.addResourceSuppressions(role, wildcards, true);

  return new NodejsFunction(stack, props.name, {
    functionName: stack.names.function(props.name),
    description: props.description,
    entry: join(root, "functions", `${props.name}.ts`),
    projectRoot: root,
    depsLockFilePath: join(root, "package-lock.json"),
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    memorySize: props.memorySize,
    timeout: props.timeout,
    environment: props.environment,
    // CDK would set a switch for the SDK's keep-alive that v3 does not read.
    awsSdkConnectionReuse: false,
    role,
    logGroup,
    ...(props.async && {
      retryAttempts: props.async.retryAttempts,
      maxEventAge: props.async.maxEventAge,
      onFailure: new SqsDestination(props.async.deadLetters),
    }),
    bundling: {
      format: OutputFormat.ESM,
      target: bundle.target,
      mainFields: [...bundle.mainFields],
      minify: bundle.minify,
      externalModules: [...bundle.external],
      banner: bundle.banner.js,
    },
  });
}
