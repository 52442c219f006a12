import * as ecs from "@aws-sdk/client-ecs";
import { ECSClient, type ECSServiceException, RunTaskCommand, StopTaskCommand } from "@aws-sdk/client-ecs";
import { mockClient } from "aws-sdk-client-mock";
import { afterEach, describe, expect, it } from "vitest";
import type { Config } from "../context.ts";
import { launchContainer, readStartedBy, startedBy, stopContainer } from "./fargate.ts";

// Answers of ECS that no loopback server can be made to give in all their wordings.
const mock = mockClient(ECSClient);
afterEach(() => mock.reset());

const config = { cluster: "errand-test", subnets: ["subnet-1"], securityGroup: "sg-1" } as Config;
const runId = "run_01JDEXAMPLEEXAMPLEEXAMPLE0";
const launch = () =>
  launchContainer(config, {
    runId,
    tries: 0,
    attempt: 1,
    taskDefinition: "errand-test-claude",
    environment: { A: "b" },
  });

function refusal(name: string, message: string, fault: "client" | "server" = "client"): ECSServiceException {
  return new ecs.ECSServiceException({ name, message, $fault: fault, $metadata: {} });
}

describe("an answer to RunTask", () => {
  it.each([
    ["ThrottlingException", "Rate exceeded"],
    ["LimitExceededException", "You've reached the limit on the number of vCPUs you can run concurrently"],
    ["InvalidParameterException", "Rate exceeded for the ENI provisioning"],
    ["ClientException", "Capacity is unavailable at this time. Please try again later"],
    ["BlockedException", "Too many concurrent attempts to create a new task"],
  ])("that says %s: %s, is want of room", async (name, message) => {
    mock.on(RunTaskCommand).rejects(refusal(name, message));
    expect(await launch()).toEqual({ kind: "no-room", reason: `${name}: ${message}` });
  });

  it("with failures and HTTP 200 is want of room", async () => {
    mock.on(RunTaskCommand).resolves({ tasks: [], failures: [{ reason: "RESOURCE:ENI" }] });
    expect(await launch()).toEqual({ kind: "no-room", reason: "RESOURCE:ENI" });
  });

  it("that the same token was used with other parameters means that the container is on its way", async () => {
    mock.on(RunTaskCommand).rejects(refusal("ConflictException", "clientToken was used"));
    expect(await launch()).toEqual({ kind: "started" });
  });

  it.each(["AccessDeniedException", "ClusterNotFoundException", "PlatformUnknownException"])(
    "of %s is final",
    async (name) => {
      mock.on(RunTaskCommand).rejects(refusal(name, "no"));
      expect((await launch()).kind).toBe("refused");
    },
  );

  it("of the service's own failure, or none at all, leaves it open whether a container was started", async () => {
    mock.on(RunTaskCommand).rejects(refusal("ServerException", "oops", "server"));
    expect((await launch()).kind).toBe("unknown");
    mock.on(RunTaskCommand).rejects(new Error("socket hang up"));
    expect((await launch()).kind).toBe("unknown");
  });
});

describe("what ties a container to its run", () => {
  it("is read back, and is none of what a person might start in the cluster", () => {
    expect(readStartedBy(startedBy(runId, 3))).toEqual({ runId, attempt: 3 });
    expect([undefined, "", "ecs-svc/123", `${runId}`, `${runId}/x`].map(readStartedBy)).toEqual(
      Array(5).fill(undefined),
    );
  });
});

describe("stopping a container", () => {
  it("that ECS has forgotten is fine, any other refusal is not", async () => {
    mock.on(StopTaskCommand).rejects(refusal("InvalidParameterException", "The referenced task was not found."));
    await stopContainer(config, "arn", "why");
    mock.on(StopTaskCommand).rejects(refusal("AccessDeniedException", "no"));
    await expect(stopContainer(config, "arn", "why")).rejects.toThrow("no");
  });
});
