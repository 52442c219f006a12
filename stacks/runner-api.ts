import { Duration } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { FunctionUrlAuthType } from "aws-cdk-lib/aws-lambda";
import type { NodejsFunction } from "aws-cdk-lib/aws-lambda-nodejs";
import type { Construct } from "constructs";
import { type Deployment, DeploymentStack } from "./deployment.ts";
import { clusterVariables, stageVariables } from "./environment.ts";
import { errandFunction } from "./function.ts";
import type { Network } from "./network.ts";
import { deploymentKey, find, formerSecrets, tableAccess } from "./permissions.ts";
import type { Storage } from "./storage.ts";

/** What runners call: a function at an address of its own, behind AWS's own check of who signed. */
export class RunnerApi extends DeploymentStack {
  readonly function: NodejsFunction;
  /** The base that `/api/…` is appended to, with a slash at its end. */
  readonly url: string;

  constructor(scope: Construct, deployment: Deployment, storage: Storage, network: Network) {
    super(scope, "runner-api", "what runners call", deployment);
    this.function = errandFunction(this, {
      name: "runner-api",
      description: "Answers runners: redeem, progress, complete",
      memorySize: 512,
      // A runner waits for ten seconds, then asks again.
      timeout: Duration.seconds(15),
      environment: { ...stageVariables(this, storage), ...clusterVariables(network) },
      permissions: [tableAccess(storage), deploymentKey(storage), formerSecrets(this), find(network)],
    });
    this.url = this.function.addFunctionUrl({ authType: FunctionUrlAuthType.AWS_IAM }).url;
  }

  /**
   * Call the function at its address, and in no other way: AWS asks for both actions, and the second would also let it be
   * invoked with an event of the caller's making.
   */
  calls(): PolicyStatement[] {
    const resources = [this.function.functionArn];
    return [
      new PolicyStatement({
        actions: ["lambda:InvokeFunctionUrl"],
        resources,
        conditions: { StringEquals: { "lambda:FunctionUrlAuthType": "AWS_IAM" } },
      }),
      new PolicyStatement({
        actions: ["lambda:InvokeFunction"],
        resources,
        conditions: { Bool: { "lambda:InvokedViaFunctionUrl": "true" } },
      }),
    ];
  }
}
