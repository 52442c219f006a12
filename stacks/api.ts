import { CfnOutput, Duration, RemovalPolicy } from "aws-cdk-lib";
import {
  AccessLogField,
  AccessLogFormat,
  EndpointType,
  LambdaIntegration,
  LogGroupLogDestination,
  MethodLoggingLevel,
  ResponseType,
  RestApi,
} from "aws-cdk-lib/aws-apigateway";
import type { NodejsFunction } from "aws-cdk-lib/aws-lambda-nodejs";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { NagSuppressions } from "cdk-nag";
import type { Construct } from "constructs";
import { errorCodes, gatewayErrors } from "../contract/error.ts";
import { Console } from "./console.ts";
import { type Deployment, DeploymentStack } from "./deployment.ts";
import { launchVariables, linkVariables, scheduleVariables, stageVariables } from "./environment.ts";
import { errandFunction } from "./function.ts";
import type { Network } from "./network.ts";
import { find, formerSecrets, launch, runLogs, scheduleSync, stop, tableAccess } from "./permissions.ts";
import type { RunnerApi } from "./runner-api.ts";
import type { Storage } from "./storage.ts";

const STAGE_NAME = "v1";

/** What API Gateway answers by itself, in the words of the contract. */
const GATEWAY_ANSWERS: [string, ResponseType, keyof typeof gatewayErrors][] = [
  ["Default4xx", ResponseType.DEFAULT_4XX, "default4xx"],
  ["Default5xx", ResponseType.DEFAULT_5XX, "default5xx"],
  ["NoRoute", ResponseType.MISSING_AUTHENTICATION_TOKEN, "noRoute"],
  ["TooLarge", ResponseType.REQUEST_TOO_LARGE, "tooLarge"],
  ["TooMany", ResponseType.THROTTLED, "tooMany"],
];

/** One line for a request. The path without its query: what people search for is theirs. */
const ACCESS_LOG = {
  time: AccessLogField.contextRequestTimeEpoch(),
  requestId: AccessLogField.contextRequestId(),
  ip: AccessLogField.contextIdentitySourceIp(),
  method: AccessLogField.contextHttpMethod(),
  path: AccessLogField.contextPath(),
  status: AccessLogField.contextStatus(),
  bytes: AccessLogField.contextResponseLength(),
  latencyMs: AccessLogField.contextResponseLatency(),
  integrationError: AccessLogField.contextIntegrationErrorMessage(),
};

/** The REST API and the function behind all of its routes. */
export class Api extends DeploymentStack {
  readonly function: NodejsFunction;
  readonly restApi: RestApi;
  /** The base that `/api/…` is appended to, without a slash at its end. */
  readonly url: string;
  /** Where people open the console. */
  readonly consoleUrl: string;

  constructor(scope: Construct, deployment: Deployment, storage: Storage, network: Network, runnerApi: RunnerApi) {
    super(scope, "api", "REST API", deployment);
    this.restApi = this.createRestApi();
    // Not restApi.url: that is the stage's, which depends on the methods, which depend on the function that gets this.
    const host = `${this.restApi.restApiId}.execute-api.${this.region}.${this.urlSuffix}`;
    this.url = `https://${host}/${STAGE_NAME}`;
    const people = new Console(this, {
      api: { host, path: `/${STAGE_NAME}` },
      stage: deployment.stage,
      accountWide: this.names.accountWide,
    });
    this.consoleUrl = deployment.settings.consoleUrl || people.url;
    const access = `AWS_REGION=${this.region} npm run access -- --stage ${deployment.stage} --url ${this.consoleUrl} --table ${storage.table.tableName}`;
    new CfnOutput(this, "Access", { value: access, description: "Prints a sign-in link; with --key NAME, an API key" });
    this.function = errandFunction(this, {
      name: "api",
      description: "Answers every operation of the API",
      // Half a processor: an interactive answer is mostly waiting for the table, a cold start is mostly parsing.
      memorySize: 1024,
      // API Gateway gives up after 29 seconds.
      timeout: Duration.seconds(28),
      environment: {
        ...stageVariables(this, storage),
        ...launchVariables(this, network, { apiUrl: this.url, runnerApiUrl: runnerApi.url }),
        ...scheduleVariables(this),
        ...linkVariables(this.consoleUrl),
      },
      permissions: [
        tableAccess(storage),
        launch(this, storage, network),
        stop(this, network),
        find(network),
        scheduleSync(this),
        formerSecrets(this),
        runLogs(storage),
      ],
    });
    this.restApi.root.addResource("api").addProxy({
      anyMethod: true,
      defaultIntegration: new LambdaIntegration(this.function, { proxy: true, allowTestInvoke: false }),
    });
    this.answerInOurWords();
    this.explain();
  }

  private createRestApi(): RestApi {
    const accessLog = new LogGroup(this, "AccessLog", {
      logGroupName: this.names.logGroup("access"),
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const restApi = new RestApi(this, "RestApi", {
      restApiName: this.names.stack("api"),
      endpointTypes: [EndpointType.REGIONAL],
      // Bodies come as base64: as text, what is no UTF-8 would be replaced before the function could refuse it.
      binaryMediaTypes: ["*/*"],
      // Logging needs a role in the account's settings, one per region and shared by every API there. It stays when the
      // stage goes, or the logs of the others would stop.
      cloudWatchRole: true,
      cloudWatchRoleRemovalPolicy: RemovalPolicy.RETAIN,
      deployOptions: {
        stageName: STAGE_NAME,
        accessLogDestination: new LogGroupLogDestination(accessLog),
        accessLogFormat: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG)),
        loggingLevel: MethodLoggingLevel.ERROR,
        dataTraceEnabled: false,
        // A person who follows a log calls once a second: this is a hundred of them at once, and a bound to what a
        // stranger can make the function cost.
        throttlingRateLimit: 100,
        throttlingBurstLimit: 200,
      },
    });
    // API Gateway would make this group by itself on the first error, and keep it for ever.
    const executionLog = new LogGroup(this, "ExecutionLog", {
      logGroupName: `API-Gateway-Execution-Logs_${restApi.restApiId}/${STAGE_NAME}`,
      retention: RetentionDays.TWO_WEEKS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    restApi.deploymentStage.node.addDependency(executionLog);
    return restApi;
  }

  private answerInOurWords(): void {
    for (const [id, type, name] of GATEWAY_ANSWERS) {
      const [code, message] = gatewayErrors[name];
      this.restApi.addGatewayResponse(id, {
        type,
        statusCode: type === ResponseType.DEFAULT_4XX ? undefined : String(errorCodes[code]),
        templates: { "application/json": JSON.stringify({ error: { code, message } }) },
      });
    }
  }

  private explain(): void {
    NagSuppressions.addResourceSuppressions(
      this.restApi,
      [
        {
          id: "AwsSolutions-APIG2",
          reason:
            "The function checks every request against the contract's schemas and names the fields that are wrong, which a model at the gateway cannot do.",
        },
        {
          id: "AwsSolutions-APIG4",
          reason:
            "The function authenticates: sessions, API keys, run tickets and claim tokens are rows of the table, and health and the API's description are public on purpose. An authorizer would read the same rows a second time.",
        },
        {
          id: "AwsSolutions-COG4",
          reason: "Machines call this API with keys of Errand's own, which no user pool knows.",
        },
        {
          id: "AwsSolutions-IAM4",
          appliesTo: ["Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"],
          reason:
            "The account's setting is shared by all REST APIs of the region, so the role must be able to write the logs of APIs that are not Errand's.",
        },
      ],
      true,
    );
    NagSuppressions.addResourceSuppressions(this.restApi.deploymentStage, [
      {
        id: "AwsSolutions-APIG3",
        reason:
          "A web ACL costs $5 a month and $1 a rule while idle, more than all the rest together. The stage is throttled, bodies are bounded, and every route but two needs a key of 256 bits.",
      },
    ]);
  }
}
