import { RemovalPolicy } from "aws-cdk-lib";
import { AttributeType, BillingMode, ProjectionType, StreamViewType, Table } from "aws-cdk-lib/aws-dynamodb";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { NagSuppressions } from "cdk-nag";
import type { Construct } from "constructs";
import { type Deployment, DeploymentStack } from "./deployment.ts";
import { keepSettings } from "./kept-settings.ts";

const INDEXES = ["gsi1", "gsi2", "gsi3", "gsi4"];

/** What outlives a run: the table, the deployment key and the runs' logs. */
export class Storage extends DeploymentStack {
  readonly table: Table;
  /** The table and each of its indexes, spelled out so that no policy needs a wildcard for them. */
  readonly tableArns: string[];
  readonly streamArn: string;
  readonly deploymentKey: Secret;
  readonly runLogs: LogGroup;
  readonly runLogRetention = RetentionDays.TWO_WEEKS;

  constructor(scope: Construct, deployment: Deployment) {
    super(scope, "storage", "table, deployment key and run logs", deployment);
    keepSettings(this);
    const removalPolicy = this.ephemeral ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN;

    this.table = new Table(this, "Table", {
      partitionKey: { name: "pk", type: AttributeType.STRING },
      sortKey: { name: "sk", type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: "expiresAt",
      // What follows when a run has come to wait or to its end hangs on it.
      stream: StreamViewType.NEW_AND_OLD_IMAGES,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: !this.ephemeral,
      removalPolicy,
    });
    for (const indexName of INDEXES) {
      this.table.addGlobalSecondaryIndex({
        indexName,
        partitionKey: { name: `${indexName}pk`, type: AttributeType.STRING },
        sortKey: { name: `${indexName}sk`, type: AttributeType.STRING },
        projectionType: ProjectionType.KEYS_ONLY,
      });
    }
    this.streamArn = this.table.tableStreamArn ?? "";
    this.tableArns = [this.table.tableArn, ...INDEXES.map((name) => `${this.table.tableArn}/index/${name}`)];

    // It stays as long as the table does: the workspaces' data keys are sealed under it.
    this.deploymentKey = new Secret(this, "DeploymentKey", {
      secretName: this.names.deploymentKey,
      description: `Errand (${deployment.stage}): the key that tickets and sessions come from and data keys are sealed under`,
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
      removalPolicy,
    });
    NagSuppressions.addResourceSuppressions(this.deploymentKey, [
      {
        id: "AwsSolutions-SMG4",
        reason:
          "Run tickets and sessions are derived from this key, by every function for itself; a rotation by the clock would refuse the containers that are starting at that moment and sign everybody out. Operators replace the value when they have a reason to.",
      },
    ]);

    // Two weeks of lines at most, and results and costs are in the table: not worth a name that blocks a redeployment.
    this.runLogs = new LogGroup(this, "RunLogs", {
      logGroupName: this.names.runLogGroup,
      retention: this.runLogRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }
}
