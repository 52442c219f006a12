import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStacksCommand,
  UpdateStackCommand,
} from "@aws-sdk/client-cloudformation";
import { paginateGetParametersByPath, SSMClient } from "@aws-sdk/client-ssm";
import { expect, test } from "vitest";
import { accountServices } from "../account.ts";
import { refusal, testAws } from "../test-aws.ts";

type Template = Record<string, unknown>;

/** An account, with what a deployment asks of it in a region. */
async function account() {
  const aws = await testAws({ more: accountServices });
  const clientIn = (region: string) => new CloudFormationClient({ ...aws.client, region });
  const body = (template: Template) => ({ TemplateBody: JSON.stringify(template) });
  return {
    aws,
    create: (StackName: string, template: Template, region = "eu-north-1") =>
      clientIn(region).send(new CreateStackCommand({ StackName, ...body(template) })),
    update: (StackName: string, template: Template) =>
      clientIn("eu-north-1").send(new UpdateStackCommand({ StackName, ...body(template) })),
    delete: (StackName: string) => clientIn("eu-north-1").send(new DeleteStackCommand({ StackName })),
    stack: async (StackName: string, region = "eu-north-1") => {
      const { Stacks } = await clientIn(region).send(new DescribeStacksCommand({ StackName }));
      return Stacks?.[0];
    },
  };
}

const queue = (QueueName: string, more: object = {}) => ({
  Resources: { Queue: { Type: "AWS::SQS::Queue", Properties: { QueueName }, ...more } },
});
const role = (RoleName: string) => ({ Resources: { Role: { Type: "AWS::IAM::Role", Properties: { RoleName } } } });
const exporting = {
  ...queue("q"),
  Outputs: { Arn: { Value: { "Fn::GetAtt": ["Queue", "Arn"] }, Export: { Name: "arn" } } },
};
const importing = {
  Resources: { Rule: { Type: "AWS::Events::Rule", Properties: { Target: { "Fn::ImportValue": "arn" } } } },
};

test("a stack comes to what its template says, with its functions carried out", async () => {
  const { create, stack } = await account();
  await create("a", {
    ...queue("q"),
    Outputs: {
      Url: { Value: { "Fn::Join": ["/", ["https:", { Ref: "Queue" }, { "Fn::Sub": "${AWS::Region}" }]] } },
      Second: { Value: { "Fn::Select": [1, { "Fn::Cidr": ["10.0.0.0/16", 2, "12"] }] } },
    },
  });
  expect(await stack("a")).toMatchObject({
    StackStatus: "CREATE_COMPLETE",
    Outputs: [
      { OutputKey: "Url", OutputValue: "https:/q/eu-north-1" },
      { OutputKey: "Second", OutputValue: "10.0.16.0/20" },
    ],
  });
});

test("a template that refers to nothing, or changes nothing, is refused", async () => {
  const { create, update } = await account();
  const nothing = { Resources: { A: { Type: "AWS::SQS::Queue", Properties: { X: { Ref: "Nobody" } } } } };
  expect(await refusal(create("a", nothing))).toMatch(/ValidationError.*Unresolved resource dependencies \[Nobody\]/);
  await create("b", queue("q"));
  expect(await refusal(update("b", queue("q")))).toBe("ValidationError: No updates are to be performed.");
  expect(await refusal(create("b", queue("q")))).toMatch(/^AlreadyExistsException/);
});

test("a name can be had once in a region, that of a role once in the account", async () => {
  const { create, stack } = await account();
  await create("a", queue("q"));
  await create("b", queue("q"));
  expect((await stack("b"))?.StackStatus).toBe("ROLLBACK_COMPLETE");
  await create("a", queue("q"), "us-east-1");
  expect((await stack("a", "us-east-1"))?.StackStatus).toBe("CREATE_COMPLETE");
  await create("r", role("errand"));
  await create("r", role("errand"), "us-east-1");
  expect((await stack("r", "us-east-1"))?.StackStatus).toBe("ROLLBACK_COMPLETE");
});

test("what another stack imports can neither change nor go", async () => {
  const world = await account();
  await world.create("a", exporting);
  await world.create("b", importing);
  await world.update("a", queue("q"));
  expect(await world.stack("a")).toMatchObject({
    StackStatus: "UPDATE_ROLLBACK_COMPLETE",
    StackStatusReason: "Export arn cannot be deleted as it is in use by b",
  });
  await world.delete("a");
  expect((await world.stack("a"))?.StackStatus).toBe("DELETE_FAILED");
  await world.delete("b");
  await world.delete("a");
  expect(await refusal(world.stack("a"))).toBe("ValidationError: Stack with id a does not exist");
});

test("what is retained keeps its name from the next stack", async () => {
  const world = await account();
  await world.create("a", queue("q", { DeletionPolicy: "Retain" }));
  await world.delete("a");
  await world.create("b", queue("q"));
  expect((await world.stack("b"))?.StackStatus).toBe("ROLLBACK_COMPLETE");
});

test("parameters are in SSM while their stack has them, in its region", async () => {
  const { aws, create, update, delete: remove } = await account();
  const parameters = (...names: string[]) => ({
    Resources: Object.fromEntries(
      names.map((name) => [name, { Type: "AWS::SSM::Parameter", Properties: { Name: `/x/${name}`, Value: name } }]),
    ),
  });
  const kept = async (region: string) => {
    const found: (string | undefined)[] = [];
    const client = new SSMClient({ ...aws.client, region });
    for await (const page of paginateGetParametersByPath({ client }, { Path: "/x" })) {
      found.push(...(page.Parameters ?? []).map(({ Value }) => Value));
    }
    return found;
  };
  const many = Array.from({ length: 12 }, (_, index) => `p${index + 10}`);
  await create("a", parameters(...many));
  expect(await kept("eu-north-1")).toEqual(many);
  expect(await kept("us-east-1")).toEqual([]);
  await update("a", parameters("p10", "p21"));
  expect(await kept("eu-north-1")).toEqual(["p10", "p21"]);
  await remove("a");
  expect(await kept("eu-north-1")).toEqual([]);
});
