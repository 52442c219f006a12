import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import {
  AllowedMethods,
  CachePolicy,
  Distribution,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HeadersFrameOption,
  HeadersReferrerPolicy,
  HttpVersion,
  OriginRequestPolicy,
  PriceClass,
  ResponseHeadersPolicy,
  S3OriginAccessControl,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from "aws-cdk-lib/aws-cloudfront";
import { HttpOrigin, S3BucketOrigin } from "aws-cdk-lib/aws-cloudfront-origins";
import { BlockPublicAccess, Bucket, BucketEncryption } from "aws-cdk-lib/aws-s3";
import { BucketDeployment, CacheControl, Source } from "aws-cdk-lib/aws-s3-deployment";
import { NagSuppressions } from "cdk-nag";
import { Construct } from "constructs";
import { contentSecurityPolicy, isolationHeaders } from "../contract/console-headers.ts";

export interface ConsoleProps {
  /** Host of the API and the path below which `/api/…` is found there. */
  readonly api: { host: string; path: string };
  readonly stage: string;
  /** Names what all regions of an account share. */
  readonly accountWide: (name: string) => string;
}

/** The statuses that CloudFront would otherwise keep for ten seconds, whatever the cache policy says. */
const KEPT_ERRORS = [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504];

/** Which page a path is, the console knows: everything without a file ending is its one page. */
const onePage = `function handler(event) {
  var request = event.request;
  if (!/\\.[a-z0-9]+$/.test(request.uri)) request.uri = "/index.html";
  return request;
}`;

/**
 * The console: files in a private bucket behind CloudFront, with the API under /api of the same origin, so that the
 * session's cookie needs no other. It stands in the API's stack, because the API tells people its address in e-mails.
 */
export class Console extends Construct {
  /** `https://…`, without a slash at its end. */
  readonly url: string;

  constructor(scope: Construct, props: ConsoleProps) {
    super(scope, "Console");
    const bucket = this.bucket();
    const distribution = this.distribution(bucket, props);
    this.url = `https://${distribution.distributionDomainName}`;
    this.upload(bucket, distribution);
  }

  /** Holds nothing that a deployment does not bring again. */
  private bucket(): Bucket {
    const bucket = new Bucket(this, "Bucket", {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      removalPolicy: RemovalPolicy.DESTROY,
      autoDeleteObjects: true,
    });
    NagSuppressions.addResourceSuppressions(bucket, [
      {
        id: "AwsSolutions-S1",
        reason:
          "The bucket holds the console's public files and only CloudFront reads it; a log of those reads would cost more than it tells.",
      },
    ]);
    return bucket;
  }

  private distribution(bucket: Bucket, { api, stage, accountWide }: ConsoleProps): Distribution {
    const distribution = new Distribution(this, "Distribution", {
      comment: `Errand (${stage}): console and API`,
      defaultRootObject: "index.html",
      httpVersion: HttpVersion.HTTP2_AND_3,
      priceClass: PriceClass.PRICE_CLASS_100,
      minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
      defaultBehavior: {
        origin: S3BucketOrigin.withOriginAccessControl(bucket, {
          originAccessControl: new S3OriginAccessControl(this, "Access", {
            originAccessControlName: accountWide("console"),
          }),
        }),
        viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        cachePolicy: CachePolicy.CACHING_OPTIMIZED,
        responseHeadersPolicy: this.headers(accountWide),
        functionAssociations: [
          {
            eventType: FunctionEventType.VIEWER_REQUEST,
            function: new EdgeFunction(this, "OnePage", {
              functionName: accountWide("one-page"),
              runtime: FunctionRuntime.JS_2_0,
              code: FunctionCode.fromInline(onePage),
            }),
          },
        ],
        compress: true,
      },
      additionalBehaviors: {
        "/api/*": {
          origin: new HttpOrigin(api.host, { originPath: api.path, readTimeout: Duration.seconds(30) }),
          viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
          allowedMethods: AllowedMethods.ALLOW_ALL,
          cachePolicy: CachePolicy.CACHING_DISABLED,
          // API Gateway finds the API by its own host name.
          originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
        },
      },
      errorResponses: KEPT_ERRORS.map((httpStatus) => ({ httpStatus, ttl: Duration.seconds(0) })),
    });
    NagSuppressions.addResourceSuppressions(distribution, [
      {
        id: "AwsSolutions-CFR1",
        reason: "Whoever deploys a stage decides who gets a way in; from which country they come is nothing to refuse.",
      },
      {
        id: "AwsSolutions-CFR2",
        reason:
          "A web ACL costs $5 a month and $1 a rule while idle, more than all the rest together. The files are public and the API is throttled and needs a key of 256 bits.",
      },
      {
        id: "AwsSolutions-CFR3",
        reason: "API Gateway logs every call of the API; who fetched the console's public files need not be kept.",
      },
      {
        id: "AwsSolutions-CFR4",
        reason:
          "With CloudFront's own certificate AWS sets the protocol's minimum by itself; a domain of the operator's own takes TLS 1.2 of 2021.",
      },
      {
        id: "AwsSolutions-CFR5",
        reason: "API Gateway's default endpoint speaks TLS 1.2 to CloudFront; older protocols are not offered there.",
      },
    ]);
    return distribution;
  }

  private headers(accountWide: ConsoleProps["accountWide"]): ResponseHeadersPolicy {
    return new ResponseHeadersPolicy(this, "Headers", {
      responseHeadersPolicyName: accountWide("console"),
      securityHeadersBehavior: {
        contentSecurityPolicy: { contentSecurityPolicy, override: true },
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
        referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: true },
        strictTransportSecurity: {
          accessControlMaxAge: Duration.days(365),
          includeSubdomains: true,
          override: true,
        },
      },
      customHeadersBehavior: {
        customHeaders: Object.entries(isolationHeaders).map(([header, value]) => ({ header, value, override: true })),
      },
    });
  }

  /** Files with a hash in their name first and for ever, then the page that names them, fresh at each visit. */
  private upload(bucket: Bucket, distribution: Distribution): void {
    const sources = [this.files()];
    const assets = new BucketDeployment(this, "Assets", {
      sources,
      destinationBucket: bucket,
      exclude: ["*"],
      include: ["assets/*"],
      prune: false,
      cacheControl: [CacheControl.fromString("public, max-age=31536000, immutable")],
    });
    const page = new BucketDeployment(this, "Page", {
      sources,
      destinationBucket: bucket,
      exclude: ["assets/*"],
      prune: false,
      cacheControl: [CacheControl.noCache()],
      distribution,
      distributionPaths: ["/*"],
    });
    page.node.addDependency(assets);
    const providers = Stack.of(this).node.children.filter(({ node }) => /^Custom::/.test(node.id));
    for (const provider of providers) {
      NagSuppressions.addResourceSuppressions(
        provider,
        [
          {
            id: "AwsSolutions-IAM4",
            reason: "CDK's own provider, which runs at a deployment only, writes its log by AWS's managed policy.",
          },
          {
            id: "AwsSolutions-IAM5",
            reason:
              "CDK's own provider copies the console's files from the deployment's staging bucket into the console's bucket: any file of these two.",
          },
          {
            id: "AwsSolutions-L1",
            reason: "The runtime of CDK's own provider is CDK's choice, and moves with its version.",
          },
        ],
        true,
      );
    }
  }

  private files() {
    if (!Stack.of(this).bundlingRequired) return Source.data("index.html", "");
    const root = process.cwd();
    const vite = join(root, "node_modules/vite/bin/vite.js");
    execFileSync(process.execPath, [vite, "build", "--config", "web/vite.config.ts", "--logLevel", "warn"], {
      cwd: root,
      stdio: "inherit",
    });
    return Source.asset(join(root, "web/dist"));
  }
}
