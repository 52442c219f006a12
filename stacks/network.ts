import { Fn, RemovalPolicy } from "aws-cdk-lib";
import {
  CfnInternetGateway,
  CfnRoute,
  CfnRouteTable,
  CfnSubnet,
  CfnSubnetRouteTableAssociation,
  CfnVPCGatewayAttachment,
  FlowLogDestination,
  FlowLogMaxAggregationInterval,
  SecurityGroup,
  Vpc,
} from "aws-cdk-lib/aws-ec2";
import { Cluster, ContainerInsights } from "aws-cdk-lib/aws-ecs";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { StringParameter } from "aws-cdk-lib/aws-ssm";
import { NagSuppressions } from "cdk-nag";
import type { Construct } from "constructs";
import { type Deployment, DeploymentStack } from "./deployment.ts";
import { zonesOf } from "./zones.ts";

/** Where runs happen: a network with a way out and none in, and a cluster. */
export class Network extends DeploymentStack {
  readonly cluster: Cluster;
  readonly securityGroup: SecurityGroup;

  constructor(scope: Construct, deployment: Deployment) {
    super(scope, "network", "network and cluster of the runners", deployment);
    const vpc = this.vpc();
    const { architecture, zones } = deployment.settings;
    const subnets = zonesOf(deployment.region, architecture, zones).map((zone) => this.subnet(vpc, zone));
    this.wayOut(vpc, subnets);
    // Read by those who start containers when they are deployed: an output that another stack uses could never change.
    new StringParameter(this, "Subnets", {
      parameterName: this.names.subnets,
      description: "Where runners start",
      stringValue: Fn.join(
        ",",
        subnets.map((subnet) => subnet.attrSubnetId),
      ),
    });
    this.securityGroup = new SecurityGroup(this, "SecurityGroup", {
      vpc,
      description: "Errand runners: everything out, nothing in",
      allowAllOutbound: true,
    });
    this.cluster = new Cluster(this, "Cluster", {
      vpc,
      clusterName: this.names.cluster,
      containerInsightsV2: ContainerInsights.DISABLED,
    });
    NagSuppressions.addResourceSuppressions(this.cluster, [
      {
        id: "AwsSolutions-ECS4",
        reason:
          "Container Insights bills custom metrics for every short-lived task. Runs report progress, usage, cost and outcome themselves, and stuck runs raise an alarm.",
      },
    ]);
  }

  /** None for CDK, whose subnets go by the names of zones; it would also look them up, with credentials, at build time. */
  override get availabilityZones(): string[] {
    return [];
  }

  private vpc(): Vpc {
    const vpc = new Vpc(this, "Vpc", {
      natGateways: 0,
      subnetConfiguration: [],
      restrictDefaultSecurityGroup: true,
    });
    const logGroup = new LogGroup(this, "FlowLogs", {
      logGroupName: this.names.logGroup("network"),
      retention: RetentionDays.TWO_WEEKS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    vpc.addFlowLog("FlowLog", {
      destination: FlowLogDestination.toCloudWatchLogs(logGroup),
      maxAggregationInterval: FlowLogMaxAggregationInterval.TEN_MINUTES,
    });
    return vpc;
  }

  /** Its place in the network comes from the zone, so that another choice of zones moves none that stays. */
  private subnet(vpc: Vpc, zone: string): CfnSubnet {
    const number = Number(/\d+$/.exec(zone)?.[0]);
    return new CfnSubnet(this, `Subnet-${zone}`, {
      vpcId: vpc.vpcId,
      availabilityZoneId: zone,
      cidrBlock: Fn.select(number, Fn.cidr(vpc.vpcCidrBlock, 16, "12")),
      mapPublicIpOnLaunch: false,
      tags: [{ key: "Name", value: `${this.stackName}/${zone}` }],
    });
  }

  /**
   * Public subnets, because a NAT gateway costs $32 a month while idle. Nothing can reach a runner: its security group has
   * no ingress, and it listens on 127.0.0.1 only.
   */
  private wayOut(vpc: Vpc, subnets: CfnSubnet[]): void {
    const gateway = new CfnInternetGateway(this, "Gateway");
    const attachment = new CfnVPCGatewayAttachment(this, "Attachment", {
      vpcId: vpc.vpcId,
      internetGatewayId: gateway.ref,
    });
    const routes = new CfnRouteTable(this, "Routes", { vpcId: vpc.vpcId });
    const route = new CfnRoute(this, "Out", {
      routeTableId: routes.ref,
      destinationCidrBlock: "0.0.0.0/0",
      gatewayId: gateway.ref,
    });
    route.addDependency(attachment);
    for (const subnet of subnets) {
      new CfnSubnetRouteTableAssociation(this, `${subnet.node.id}-routes`, {
        subnetId: subnet.ref,
        routeTableId: routes.ref,
      });
    }
  }
}
