import { StringParameter } from "aws-cdk-lib/aws-ssm";
import type { DeploymentStack } from "./deployment.ts";

/**
 * What the stage was deployed with, for the next deployment to go on with, and for people to look up. In the first stack,
 * so that it is there however far a deployment came. The region is always among it: a stage that keeps nothing is of a
 * version that did not know how.
 */
export function keepSettings(stack: DeploymentStack): void {
  const { settings, region } = stack.deployment;
  const values: Record<string, string> = {
    region,
    ...settings,
    zones: settings.zones.join(","),
  };
  for (const [name, stringValue] of Object.entries(values)) {
    // SSM keeps no empty value; what is not kept is not set.
    if (stringValue === "") continue;
    new StringParameter(stack, `setting-${name}`, {
      parameterName: `${stack.names.settings}/${name}`,
      stringValue,
      description: "Kept by Errand's deployment",
    });
  }
}
