import { Aspects, CfnResource, type IAspect, RemovalPolicy, type Stack } from "aws-cdk-lib";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import type { IConstruct } from "constructs";

interface Statement {
  readonly Principal?: { readonly Service?: string | string[] };
  readonly Condition?: object;
}

/**
 * What holds for every resource of a stack, those that CDK brings by itself too: roles trust a service on behalf of this
 * account only, and no log is kept for ever.
 */
export function applyRules(stack: Stack, logGroupName: (name: string) => string): void {
  Aspects.of(stack).add(new TrustThisAccount(stack));
  Aspects.of(stack).add(new ExpireLogs(stack, logGroupName));
}

/** Which ARNs a service names when it takes a role on, for the services whose documentation says that it names them. */
function sourceArnOf(stack: Stack, service: string): string | undefined {
  const arns: Record<string, string> = {
    "ecs-tasks.amazonaws.com": stack.formatArn({ service: "ecs", resource: "*" }),
    "vpc-flow-logs.amazonaws.com": stack.formatArn({ service: "ec2", resource: "vpc-flow-log", resourceName: "*" }),
  };
  return arns[service];
}

/**
 * A role that a service may take on could otherwise be used through that service by somebody else's account. Services
 * that do not document what they name are held to the account only where they do name one: a condition on a key that is
 * not sent would shut out the service itself.
 */
class TrustThisAccount implements IAspect {
  private readonly stack: Stack;

  constructor(stack: Stack) {
    this.stack = stack;
  }

  visit(node: IConstruct): void {
    if (!CfnResource.isCfnResource(node) || node.cfnResourceType !== "AWS::IAM::Role") return;
    for (const [index, statement] of this.trustOf(node).entries()) {
      if (statement.Condition !== undefined) continue;
      const [service = ""] = [statement.Principal?.Service ?? []].flat();
      const sourceArn = sourceArnOf(this.stack, service);
      const account = { "aws:SourceAccount": this.stack.account };
      node.addPropertyOverride(
        `AssumeRolePolicyDocument.Statement.${index}.Condition`,
        sourceArn === undefined
          ? { StringEqualsIfExists: account }
          : { StringEquals: account, ArnLike: { "aws:SourceArn": sourceArn } },
      );
    }
  }

  /** As it will stand in the template: roles of CDK's own providers have no class of their own to ask. */
  private trustOf(role: CfnResource): Statement[] {
    const { Resources } = this.stack.resolve(role._toCloudFormation()) as {
      Resources: Record<string, { Properties: { AssumeRolePolicyDocument: { Statement: Statement[] } } }>;
    };
    return Object.values(Resources).flatMap(({ Properties }) => Properties.AssumeRolePolicyDocument.Statement);
  }
}

/** A function without a log group of its own gets one from Lambda at its first call, which keeps everything for ever. */
class ExpireLogs implements IAspect {
  private readonly stack: Stack;
  private readonly logGroupName: (name: string) => string;

  constructor(stack: Stack, logGroupName: (name: string) => string) {
    this.stack = stack;
    this.logGroupName = logGroupName;
  }

  visit(node: IConstruct): void {
    if (!CfnResource.isCfnResource(node) || node.cfnResourceType !== "AWS::Lambda::Function") return;
    const { Resources } = this.stack.resolve(node._toCloudFormation()) as {
      Resources: Record<string, { Properties: { LoggingConfig?: { LogGroup?: unknown } } }>;
    };
    const [id = "", resource] = Object.entries(Resources)[0] ?? [];
    if (resource?.Properties.LoggingConfig?.LogGroup !== undefined) return;
    const logGroup = new LogGroup(this.stack, `${id}-log`, {
      logGroupName: this.logGroupName(`providers/${id}`),
      retention: RetentionDays.TWO_WEEKS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    node.addPropertyOverride("LoggingConfig", { LogGroup: logGroup.logGroupName });
  }
}
