import { describe, expect, it } from "vitest";
import { errorCodes } from "../contract/error.ts";
import { functionNamed, only, REGION, render, resources, synth } from "./synth.fixture.ts";

const { api, dispatch } = synth();

describe("the REST API", () => {
  it("hands everything below /api to the function, as the bytes that were sent", () => {
    const paths = resources(api, "AWS::ApiGateway::Resource").map((resource) => resource.Properties.PathPart);
    expect(paths).toEqual(["api", "{proxy+}"]);
    const method = only(api, "AWS::ApiGateway::Method").Properties;
    expect(method.HttpMethod).toBe("ANY");
    expect(method.Integration.Type).toBe("AWS_PROXY");
    expect(only(api, "AWS::ApiGateway::RestApi").Properties.BinaryMediaTypes).toEqual(["*/*"]);
  });

  it("is throttled and logs each request without its query or its body", () => {
    const { Properties } = only(api, "AWS::ApiGateway::Stage");
    expect(Properties.StageName).toBe("v1");
    expect(Properties.MethodSettings).toEqual([
      expect.objectContaining({
        ThrottlingRateLimit: 100,
        ThrottlingBurstLimit: 200,
        LoggingLevel: "ERROR",
        DataTraceEnabled: false,
      }),
    ]);
    const format = JSON.parse(Properties.AccessLogSetting.Format);
    expect(format.path).toBe("$context.path");
    expect(Properties.AccessLogSetting.Format).not.toContain("querystring");
  });

  it("lets the account's logging role stay when the stage goes", () => {
    expect(only(api, "AWS::ApiGateway::Account").DeletionPolicy).toBe("Retain");
  });

  it("answers in the contract's words where the function is not reached", () => {
    const answers = resources(api, "AWS::ApiGateway::GatewayResponse");
    expect(answers).toHaveLength(5);
    for (const { Properties } of answers) {
      const { error } = JSON.parse(Properties.ResponseTemplates["application/json"]);
      expect(Object.keys(errorCodes)).toContain(error.code);
      expect(error.message).toMatch(/\.$/);
    }
  });

  it("is told to functions by an address without a slash at its end", () => {
    const [name] = Object.keys(api.findResources("AWS::ApiGateway::RestApi"));
    const url = render(functionNamed(api, "api").Properties.Environment.Variables.ERRAND_API_URL);
    expect(url).toBe(`https://<${name}>.execute-api.${REGION}.<AWS::URLSuffix>/v1`);
    const told = render(functionNamed(dispatch, "dispatcher").Properties.Environment.Variables.ERRAND_API_URL);
    expect(told).toMatch(
      new RegExp(`^https://<ci-errand-api:.*RestApi.*>\\.execute-api\\.${REGION}\\.<AWS::URLSuffix>/v1$`),
    );
  });
});
