import { expect, it } from "vitest";
import { functionNamed, only, render, resources, synth } from "./synth.fixture.ts";

const stage = synth();
const { runnerApi } = stage;

it("the runner API has an address that answers signed requests only, and nobody else may invoke its function", () => {
  const { Properties } = only(runnerApi, "AWS::Lambda::Url");
  expect(Properties.AuthType).toBe("AWS_IAM");
  expect(Properties.Cors).toBeUndefined();
  expect(resources(runnerApi, "AWS::Lambda::Permission")).toEqual([]);
});

it("whoever starts containers tells them its address", () => {
  for (const [template, name] of [
    [stage.api, "api"],
    [stage.dispatch, "dispatcher"],
    [stage.dispatch, "follow-up"],
    [stage.dispatch, "runner-stopped"],
    [stage.dispatch, "sweeper"],
  ] as const) {
    const { ERRAND_RUNNER_API_URL } = functionNamed(template, name).Properties.Environment.Variables;
    expect(render(ERRAND_RUNNER_API_URL)).toMatch(/^<ci-errand-runner-api:.*FunctionUrl.*>$/);
  }
});
