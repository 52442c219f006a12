import { describe, expect, it } from "vitest";
import {
  ACCOUNT,
  FUNCTIONS,
  type FunctionName,
  functionNamed,
  render,
  resources,
  statementsOf,
  synth,
  templateWith,
} from "./synth.fixture.ts";

const stage = synth();

function templateOf(name: FunctionName) {
  return templateWith(stage, name);
}

const STAGE = [
  "ERRAND_DEPLOYMENT_KEY_SECRET",
  "ERRAND_LOG_GROUP",
  "ERRAND_LOG_RETENTION_DAYS",
  "ERRAND_MAIL_FROM",
  "ERRAND_SECRET_PREFIX",
  "ERRAND_STAGE",
  "ERRAND_TABLE",
];
const LAUNCH = [
  "ERRAND_API_URL",
  "ERRAND_CLUSTER",
  "ERRAND_RUNNER_API_URL",
  "ERRAND_SECURITY_GROUP",
  "ERRAND_SUBNETS",
  "ERRAND_TASK_DEFINITION_CLAUDE",
  "ERRAND_TASK_DEFINITION_CODEX",
];
const SCHEDULES = [
  "ERRAND_DEAD_LETTER_ARN",
  "ERRAND_DISPATCHER_ARN",
  "ERRAND_SCHEDULER_ROLE_ARN",
  "ERRAND_SCHEDULE_GROUP",
];
const LINKS = ["ERRAND_CONSOLE_URL"];

const VARIABLES: Record<FunctionName, string[]> = {
  api: [...STAGE, ...LAUNCH, ...SCHEDULES, ...LINKS],
  "runner-api": [...STAGE, "ERRAND_CLUSTER"],
  dispatcher: [...STAGE, ...LAUNCH],
  "follow-up": [...STAGE, ...LAUNCH, ...LINKS],
  "runner-stopped": [...STAGE, ...LAUNCH],
  sweeper: [...STAGE, ...LAUNCH, ...SCHEDULES, ...LINKS],
};

const OWN_LOG = ["logs:CreateLogStream", "logs:PutLogEvents"];
const DEAD_LETTERS = ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"];
const TABLE_ACTIONS = [
  "dynamodb:BatchGetItem",
  "dynamodb:BatchWriteItem",
  "dynamodb:ConditionCheckItem",
  "dynamodb:DeleteItem",
  "dynamodb:GetItem",
  "dynamodb:PutItem",
  "dynamodb:Query",
  "dynamodb:UpdateItem",
];
const LAUNCH_ACTIONS = ["ecs:RunTask", "ecs:TagResource", "iam:PassRole", "secretsmanager:GetSecretValue"];
const SCHEDULE_ACTIONS = ["scheduler:CreateSchedule", "scheduler:DeleteSchedule", "scheduler:UpdateSchedule"];

const ACTIONS: Record<FunctionName, string[]> = {
  api: [
    ...OWN_LOG,
    ...TABLE_ACTIONS,
    ...LAUNCH_ACTIONS,
    ...SCHEDULE_ACTIONS,
    "ecs:ListTasks",
    "ecs:StopTask",
    "logs:GetLogEvents",
    "secretsmanager:DeleteSecret",
  ],
  "runner-api": [
    ...OWN_LOG,
    ...TABLE_ACTIONS,
    "ecs:ListTasks",
    "secretsmanager:DeleteSecret",
    "secretsmanager:GetSecretValue",
  ],
  dispatcher: [...OWN_LOG, ...DEAD_LETTERS, ...TABLE_ACTIONS, ...LAUNCH_ACTIONS],
  "follow-up": [
    ...OWN_LOG,
    ...DEAD_LETTERS,
    ...TABLE_ACTIONS,
    ...LAUNCH_ACTIONS,
    "dynamodb:DescribeStream",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:ListStreams",
    "ses:SendRawEmail",
  ],
  "runner-stopped": [...OWN_LOG, ...DEAD_LETTERS, ...TABLE_ACTIONS, ...LAUNCH_ACTIONS, "ecs:StopTask"],
  sweeper: [
    ...OWN_LOG,
    ...DEAD_LETTERS,
    ...TABLE_ACTIONS,
    ...LAUNCH_ACTIONS,
    ...SCHEDULE_ACTIONS,
    "dynamodb:Scan",
    "ecs:DescribeTasks",
    "ecs:ListTasks",
    "ecs:StopTask",
    "ses:SendRawEmail",
  ],
};

/** Everything that may end in a wildcard, and what keeps it inside the stage. */
const WILDCARDS = [
  ":task-definition/errand-ci-claude:*",
  ":task-definition/errand-ci-codex:*",
  ":task/errand-ci/*",
  ":schedule/errand-ci/*",
  ":secret:errand/ci/workspace/*",
  // Held to the configured sender by a condition.
  ":identity/*",
  ":configuration-set/*",
];

describe.each(FUNCTIONS)("the %s function", (name) => {
  const template = templateOf(name);
  const statements = statementsOf(template, `${name}-role`);

  it("is given exactly the variables it needs", () => {
    const { Variables } = functionNamed(template, name).Properties.Environment;
    expect(Object.keys(Variables).sort()).toEqual([...(VARIABLES[name] ?? [])].sort());
  });

  it("runs on Node 24 on ARM and logs to a group with a retention", () => {
    const { Properties } = functionNamed(template, name);
    expect(Properties).toMatchObject({ Runtime: "nodejs24.x", Architectures: ["arm64"], Handler: "index.handler" });
    const logGroup = template.findResources("AWS::Logs::LogGroup")[Properties.LoggingConfig.LogGroup.Ref];
    expect(logGroup?.Properties).toEqual(
      expect.objectContaining({ LogGroupName: `/errand/ci/functions/${name}`, RetentionInDays: 30 }),
    );
  });

  it("is taken by an account that is new and may run ten functions at a time", () => {
    const { Properties } = functionNamed(template, name);
    expect(Properties.ReservedConcurrentExecutions).toBeUndefined();
    expect(resources(template, "AWS::Lambda::Alias")).toEqual([]);
  });

  it("may do what its code does and nothing else", () => {
    const actions = new Set(statements.flatMap((statement) => statement.actions));
    expect([...actions].sort()).toEqual([...new Set(ACTIONS[name])].sort());
    const role = Object.entries(template.findResources("AWS::IAM::Role")).find(([id]) =>
      id.startsWith(`${name.replaceAll("-", "")}role`),
    )?.[1];
    expect(role?.Properties.ManagedPolicyArns).toBeUndefined();
  });

  it("reaches this stage's resources only", () => {
    for (const { actions, resources: reached, condition } of statements) {
      for (const resource of reached.filter((one) => one.includes("*"))) {
        if (resource === "*") {
          if (actions.includes("dynamodb:ListStreams")) continue;
          expect(actions).toEqual(["ecs:ListTasks"]);
          expect(Object.keys(condition?.ArnEquals ?? {})).toEqual(["ecs:cluster"]);
        } else {
          expect(
            WILDCARDS.some((allowed) => resource.endsWith(allowed)),
            resource,
          ).toBe(true);
        }
      }
    }
  });

  it("starts and stops containers in this stage's cluster only, and passes roles to the service they are for", () => {
    for (const statement of statements) {
      if (statement.actions.includes("ecs:TagResource")) {
        expect(statement.condition?.StringEquals?.["ecs:CreateAction"]).toBe("RunTask");
      } else if (statement.actions.some((action) => action.startsWith("ecs:"))) {
        expect(render(statement.condition?.ArnEquals?.["ecs:cluster"])).toMatch(/^<ci-errand-network:.*Cluster/);
      }
      if (statement.actions.includes("iam:PassRole")) {
        expect(["ecs-tasks.amazonaws.com", "scheduler.amazonaws.com"]).toContain(
          statement.condition?.StringEquals?.["iam:PassedToService"],
        );
      }
    }
  });
});

it("lets no function but those that read credentials touch what secrets a version before left", () => {
  for (const name of FUNCTIONS) {
    const reached = statementsOf(templateOf(name), `${name}-role`).flatMap((statement) => statement.resources);
    expect(reached.some((resource) => resource.includes("workspace/"))).toBe(name === "api" || name === "runner-api");
  }
});

describe("mail", () => {
  it("is sent as the configured sender only, also with a configuration set and to the identities of a sandbox", () => {
    for (const [template, role] of [
      [stage.dispatch, "followup-role"],
      [stage.dispatch, "sweeper-role"],
    ] as const) {
      const [statement, ...others] = statementsOf(template, role).filter(({ actions }) =>
        actions.some((action) => action.startsWith("ses:")),
      );
      expect(others).toEqual([]);
      expect(statement?.actions).toEqual(["ses:SendRawEmail"]);
      expect(statement?.resources.map((resource) => resource.split(`:${ACCOUNT}:`)[1])).toEqual([
        "identity/*",
        "configuration-set/*",
      ]);
      expect(statement?.condition).toEqual({ StringEquals: { "ses:FromAddress": "errand@example.com" } });
    }
  });

  it("is not sent at all without a sender", () => {
    const silent = synth("ci", { mailFrom: "" });
    for (const template of [silent.api, silent.dispatch]) {
      const actions = resources(template, "AWS::IAM::Policy").flatMap((policy) =>
        policy.Properties.PolicyDocument.Statement.flatMap(
          (statement: { Action: string | string[] }) => statement.Action,
        ),
      );
      expect(actions).not.toContain("ses:SendRawEmail");
    }
  });
});
