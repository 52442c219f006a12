import * as client from "@aws-sdk/client-cloudformation";
import { loadModel } from "../protocol/model.ts";
import type { Answer, Checked, Service } from "../protocol/service.ts";
import type { Buckets } from "../s3/s3.ts";
import type { AwsContext } from "../store.ts";
import type { Deployments } from "./deployments.ts";
import type { Event, Stack } from "./stack.ts";
import { invalid } from "./template.ts";

const model = loadModel({ service: "cloudformation", protocol: "awsQuery", client, invalid: "ValidationError" });

interface In {
  readonly region: string;
}

interface ChangeSet {
  readonly id: string;
  readonly name: string;
  readonly stack: Stack;
  readonly body: string;
  readonly isNew: boolean;
}

/** CloudFormation, as far as SST and CDK call it. What a stack comes to, it is at once. */
export function cloudFormation(context: AwsContext, deployments: Deployments, buckets: Buckets): Service {
  const changeSets = new Map<string, ChangeSet>();

  const bodyOf = ({ TemplateBody, TemplateURL }: { TemplateBody?: string; TemplateURL?: string }): string => {
    if (TemplateBody !== undefined) return TemplateBody;
    const [, bucket = "", key = ""] = /^https?:\/\/[^/]+\/([^/]+)\/(.+)$/.exec(TemplateURL ?? "") ?? [];
    const object = buckets.objects(bucket).get(decodeURIComponent(key));
    if (!object) throw invalid("S3 error: The specified key does not exist.");
    return object.toString("utf8");
  };

  const changeSet = (nameOrId: string): ChangeSet => {
    const found = [...changeSets.values()].findLast(({ id, name }) => id === nameOrId || name === nameOrId);
    if (found) return found;
    throw Object.assign(invalid(`ChangeSet [${nameOrId}] does not exist`), { name: "ChangeSetNotFound" });
  };

  const describeChangeSet = (input: Checked<client.DescribeChangeSetInput>): Answer<client.DescribeChangeSetOutput> => {
    const { id, name, stack, body } = changeSet(input.ChangeSetName);
    const same = stack.body === body;
    return {
      ChangeSetId: id,
      ChangeSetName: name,
      StackId: stack.id,
      StackName: stack.name,
      CreationTime: stack.createdAt,
      ExecutionStatus: same ? "UNAVAILABLE" : "AVAILABLE",
      Status: same ? "FAILED" : "CREATE_COMPLETE",
      Changes: same ? [] : [{ Type: "Resource", ResourceChange: { Action: "Modify" } }],
      ...(same && { StatusReason: "The submitted information didn't contain changes." }),
    };
  };

  const executeChangeSet = (input: Checked<client.ExecuteChangeSetInput>): void => {
    const { stack, body, isNew } = changeSet(input.ChangeSetName);
    if (isNew) deployments.create(stack.region, stack.name, body);
    else deployments.update(stack, body);
  };

  const deleteChangeSet = (input: Checked<client.DeleteChangeSetInput>): void => {
    for (const { id, name } of changeSets.values()) {
      if (id === input.ChangeSetName || name === input.ChangeSetName) changeSets.delete(id);
    }
  };

  const handlers = {
    DescribeStacks: (
      input: Checked<client.DescribeStacksInput>,
      { region }: In,
    ): Answer<client.DescribeStacksOutput> => {
      const stacks =
        input.StackName === undefined ? deployments.list(region) : [deployments.get(region, input.StackName)];
      return { Stacks: stacks.map(shown) };
    },
    CreateStack: (input: Checked<client.CreateStackInput>, { region }: In): Answer<client.CreateStackOutput> => ({
      StackId: deployments.create(region, input.StackName, bodyOf(input)).id,
    }),
    UpdateStack: (input: Checked<client.UpdateStackInput>, { region }: In): Answer<client.UpdateStackOutput> => {
      const stack = deployments.get(region, input.StackName);
      deployments.update(stack, bodyOf(input));
      return { StackId: stack.id };
    },
    DeleteStack: (input: Checked<client.DeleteStackInput>, { region }: In): void => {
      const stack = deployments.list(region).find(({ name, id }) => name === input.StackName || id === input.StackName);
      if (stack) deployments.delete(stack);
    },
    DescribeStackResources: (
      input: Checked<client.DescribeStackResourcesInput>,
      { region }: In,
    ): Answer<client.DescribeStackResourcesOutput> => {
      const stack = deployments.get(region, input.StackName ?? "");
      return {
        StackResources: stack.resources.map((resource) => ({ ...resourceOf(stack, resource), StackName: stack.name })),
      };
    },
    ListStackResources: (
      input: Checked<client.ListStackResourcesInput>,
      { region }: In,
    ): Answer<client.ListStackResourcesOutput> => {
      const stack = deployments.get(region, input.StackName);
      return {
        StackResourceSummaries: stack.resources.map((resource) => ({
          ...resourceOf(stack, resource),
          LastUpdatedTimestamp: stack.createdAt,
        })),
      };
    },
    DescribeStackEvents: (
      input: Checked<client.DescribeStackEventsInput>,
      { region }: In,
    ): Answer<client.DescribeStackEventsOutput> => {
      const stack = deployments.get(region, input.StackName);
      return { StackEvents: stack.events.map((event) => eventOf(stack, event)) };
    },
    GetTemplate: (input: Checked<client.GetTemplateInput>, { region }: In): Answer<client.GetTemplateOutput> => ({
      TemplateBody: deployments.get(region, input.StackName ?? "").body || "{}",
    }),
    ListImports: (input: Checked<client.ListImportsInput>, { region }: In): Answer<client.ListImportsOutput> => {
      const Imports = deployments.importers(region, input.ExportName);
      if (Imports.length === 0) throw invalid(`Export '${input.ExportName}' is not imported by any stack.`);
      return { Imports };
    },
    CreateChangeSet: (
      input: Checked<client.CreateChangeSetInput>,
      { region }: In,
    ): Answer<client.CreateChangeSetOutput> => {
      const isNew = input.ChangeSetType === "CREATE";
      const standing = deployments.list(region).find(({ name }) => name === input.StackName);
      if (!standing && !isNew) throw invalid(`Stack [${input.StackName}] does not exist`);
      const stack = standing ?? deployments.open(region, input.StackName);
      const id = `arn:aws:cloudformation:${region}:${context.account}:changeSet/${input.ChangeSetName}/${changeSets.size}`;
      changeSets.set(id, { id, name: input.ChangeSetName, stack, body: bodyOf(input), isNew });
      return { Id: id, StackId: stack.id };
    },
    DescribeChangeSet: describeChangeSet,
    ExecuteChangeSet: executeChangeSet,
    DeleteChangeSet: deleteChangeSet,
  };
  return { model, handlers };
}

function shown(stack: Stack): client.Stack {
  return {
    StackName: stack.name,
    StackId: stack.id,
    StackStatus: stack.status as client.StackStatus,
    StackStatusReason: stack.reason,
    CreationTime: stack.createdAt,
    Outputs: stack.outputs.map(({ key, value, description, exportName }) => ({
      OutputKey: key,
      OutputValue: value,
      Description: description,
      ExportName: exportName,
    })),
    Tags: [],
  };
}

function resourceOf(stack: Stack, { logicalId, physicalId, type }: Stack["resources"][number]) {
  return {
    LogicalResourceId: logicalId,
    PhysicalResourceId: physicalId,
    ResourceType: type,
    ResourceStatus: "CREATE_COMPLETE" as const,
    Timestamp: stack.createdAt,
  };
}

function eventOf(stack: Stack, event: Event): client.StackEvent {
  return {
    StackId: stack.id,
    StackName: stack.name,
    EventId: event.id,
    LogicalResourceId: event.logicalId,
    PhysicalResourceId: event.physicalId,
    ResourceType: event.type,
    ResourceStatus: event.status as client.ResourceStatus,
    ResourceStatusReason: event.reason,
    Timestamp: event.at,
  };
}
