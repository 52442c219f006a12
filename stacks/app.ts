import { App, Aws } from "aws-cdk-lib";
import config from "../sst.config.ts";

// What `npx cdk` runs: the stacks of sst.config.ts in an app of CDK's own.
const [stage, region] = (process.env.ERRAND_DEPLOYMENT ?? "").split("/");
const app = Object.assign(new App(), { stage, region, account: process.env.CDK_DEFAULT_ACCOUNT ?? Aws.ACCOUNT_ID });
config.stacks(app as never);
app.synth();
