import { describe, expect, it } from "vitest";
import { only, render, resources, synth } from "./synth.fixture.ts";

const { api, dispatch } = synth();
const { DistributionConfig: distribution } = only(api, "AWS::CloudFront::Distribution").Properties;

describe("the console's bucket", () => {
  it("is private, encrypted and read by CloudFront only", () => {
    const bucket = only(api, "AWS::S3::Bucket").Properties;
    expect(Object.values(bucket.PublicAccessBlockConfiguration)).toEqual([true, true, true, true]);
    expect(bucket.BucketEncryption).toBeDefined();
    const [policy] = resources(api, "AWS::S3::BucketPolicy");
    const readers = policy?.Properties.PolicyDocument.Statement.filter(
      (statement: { Effect: string; Action: string }) =>
        statement.Effect === "Allow" && statement.Action === "s3:GetObject",
    );
    expect(readers).toHaveLength(1);
    expect(readers[0].Principal).toEqual({ Service: "cloudfront.amazonaws.com" });
    expect(readers[0].Condition.StringEquals["AWS:SourceArn"]).toBeDefined();
  });
});

describe("the distribution", () => {
  it("answers the console at / and the API under /api, of one origin", () => {
    const [behavior] = distribution.CacheBehaviors;
    expect(behavior.PathPattern).toBe("/api/*");
    expect(behavior.AllowedMethods).toContain("DELETE");
    const origin = distribution.Origins.find(({ Id }: { Id: string }) => Id === behavior.TargetOriginId);
    expect(render(origin.DomainName)).toMatch(/^<RestApi\w+>\.execute-api\./);
    expect(origin.OriginPath).toBe("/v1");
    expect(origin.CustomOriginConfig.OriginProtocolPolicy).toBe("https-only");
  });

  it("never caches the API, and hands it everything but the host", () => {
    const [behavior] = distribution.CacheBehaviors;
    // The ids that AWS gave its managed policies CachingDisabled and AllViewerExceptHostHeader.
    expect(behavior.CachePolicyId).toBe("4135ea2d-6df8-44a3-9df3-4b5a84be39ad");
    expect(behavior.OriginRequestPolicyId).toBe("b689b0a8-53d0-40ab-baf2-68738e2966ac");
  });

  it("keeps no error for anybody: what is right again a moment later is right for the next request", () => {
    const kept = distribution.CustomErrorResponses as { ErrorCode: number; ErrorCachingMinTTL: number }[];
    expect(kept.map(({ ErrorCode }) => ErrorCode)).toEqual([400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504]);
    for (const { ErrorCachingMinTTL } of kept) expect(ErrorCachingMinTTL).toBe(0);
  });

  it("sends strict headers: no inline script, no frame, nothing of another origin", () => {
    const headers = only(api, "AWS::CloudFront::ResponseHeadersPolicy").Properties.ResponseHeadersPolicyConfig;
    const { ContentSecurityPolicy, FrameOptions, StrictTransportSecurity } = headers.SecurityHeadersConfig;
    const policy = ContentSecurityPolicy.ContentSecurityPolicy as string;
    expect(policy).toContain("default-src 'none'; script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(FrameOptions.FrameOption).toBe("DENY");
    expect(StrictTransportSecurity.AccessControlMaxAgeSec).toBe(31_536_000);
    expect(distribution.DefaultCacheBehavior.ResponseHeadersPolicyId).toBeDefined();
  });

  it("answers the one page for every path that is no file", () => {
    const code = only(api, "AWS::CloudFront::Function").Properties.FunctionCode as string;
    const rewrite = (uri: string) =>
      new Function(`${code}; return handler({ request: { uri: ${JSON.stringify(uri)} } }).uri;`)() as string;
    expect(["/", "/runs", "/runs/run_01JD", "/connect/keys"].map(rewrite)).toEqual(Array(4).fill("/index.html"));
    expect(["/assets/index-4f.js", "/favicon.svg"].map(rewrite)).toEqual(["/assets/index-4f.js", "/favicon.svg"]);
  });
});

describe("the functions that write e-mails", () => {
  it("link to the console", () => {
    const variables = [api, dispatch].flatMap((template) =>
      resources(template, "AWS::Lambda::Function").map(({ Properties }) => Properties.Environment?.Variables ?? {}),
    );
    const links = variables.map(({ ERRAND_CONSOLE_URL }) => ERRAND_CONSOLE_URL).filter(Boolean);
    expect(links).toHaveLength(3);
    for (const link of links) expect(render(link)).toMatch(/^https:\/\/<.*Distribution.*DomainName.*>$/);
  });

  it("link to the operator's own address where there is one", () => {
    const own = synth("ci", { consoleUrl: "https://errand.example.com" });
    const text = JSON.stringify(own.api.findResources("AWS::Lambda::Function"));
    expect(text).toContain('"ERRAND_CONSOLE_URL":"https://errand.example.com"');
  });
});
