import { App } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { Alarms } from "./alarms.ts";
import { Api } from "./api.ts";
import type { Deployment } from "./deployment.ts";
import { Dispatch } from "./dispatch.ts";
import { Network } from "./network.ts";
import { RunnerApi } from "./runner-api.ts";
import { Runners } from "./runners.ts";
import type { Settings } from "./settings.ts";
import { Storage } from "./storage.ts";

export const ACCOUNT = "123456789012";
export const REGION = "eu-central-1";
export const FUNCTIONS = ["api", "runner-api", "dispatcher", "follow-up", "runner-stopped", "sweeper"] as const;
export type FunctionName = (typeof FUNCTIONS)[number];

const SETTINGS: Settings = {
  mailFrom: "Errand <errand@example.com>",
  alarmEmail: "",
  consoleUrl: "",
  architecture: "arm64",
  zones: [],
};

export interface Resource {
  Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: a template's resources have no type that is worth naming in a test.
  Properties: any;
  Metadata?: { cdk_nag?: { rules_to_suppress: { id: string; reason: string }[] } };
  DeletionPolicy?: string;
}

/** All stacks of a stage, without bundling the functions. */
export function stacksOf(stage: string, settings: Partial<Settings> = {}, region = REGION) {
  const app = new App({ context: { "aws:cdk:bundling-stacks": [] } });
  const deployment: Deployment = { stage, account: ACCOUNT, region, settings: { ...SETTINGS, ...settings } };
  const storage = new Storage(app, deployment);
  const network = new Network(app, deployment);
  const runnerApi = new RunnerApi(app, deployment, storage, network);
  const api = new Api(app, deployment, storage, network, runnerApi);
  const dispatch = new Dispatch(app, deployment, storage, network, runnerApi, api);
  const runners = new Runners(app, deployment, storage, runnerApi, [api, dispatch]);
  const alarms = new Alarms(app, deployment, storage, dispatch, runnerApi, api);
  return { app, stacks: { storage, network, "runner-api": runnerApi, api, dispatch, runners, alarms } };
}

export function synth(stage = "ci", settings: Partial<Settings> = {}, region = REGION) {
  const { stacks } = stacksOf(stage, settings, region);
  const templates = {
    storage: Template.fromStack(stacks.storage),
    network: Template.fromStack(stacks.network),
    runnerApi: Template.fromStack(stacks["runner-api"]),
    api: Template.fromStack(stacks.api),
    dispatch: Template.fromStack(stacks.dispatch),
    runners: Template.fromStack(stacks.runners),
    alarms: Template.fromStack(stacks.alarms),
  };
  return { ...templates, all: Object.values(templates) };
}

export function resources(template: Template, type: string): Resource[] {
  return Object.values(template.findResources(type)) as unknown as Resource[];
}

export function only(template: Template, type: string): Resource {
  const [first, ...rest] = resources(template, type);
  if (first === undefined || rest.length > 0)
    throw new Error(`expected one ${type}, found ${rest.length + (first ? 1 : 0)}`);
  return first;
}

/** A value with intrinsic functions as one string: references and imports appear as <name>. */
export function render(value: unknown): string {
  if (typeof value === "string") return value;
  const [[name, argument]] = Object.entries(value as Record<string, unknown>) as [[string, unknown]];
  if (name === "Fn::Join") {
    const [separator, parts] = argument as [string, unknown[]];
    return parts.map(render).join(separator);
  }
  if (name === "Fn::GetAtt") return `<${(argument as string[]).join(".")}>`;
  if (name === "Ref") return argument === "AWS::Partition" ? "aws" : `<${argument}>`;
  if (name === "Fn::ImportValue") return `<${argument}>`;
  throw new Error(`cannot render ${name}`);
}

export interface Statement {
  actions: string[];
  resources: string[];
  condition?: Record<string, Record<string, unknown>>;
}

/** What the policies attached to a role with this construct id allow. */
export function statementsOf(template: Template, role: string): Statement[] {
  const logicalId = role.replaceAll("-", "");
  return Object.entries(template.findResources("AWS::IAM::Policy"))
    .filter(([id]) => id.startsWith(`${logicalId}DefaultPolicy`))
    .flatMap(([, policy]) => policy.Properties.PolicyDocument.Statement)
    .map((statement) => ({
      actions: [statement.Action].flat(),
      resources: [statement.Resource].flat().map(render),
      condition: statement.Condition,
    }));
}

export function functionNamed(template: Template, name: FunctionName): Resource {
  const found = resources(template, "AWS::Lambda::Function").find(
    (resource) => resource.Properties.FunctionName === `ci-errand-${name}`,
  );
  if (found === undefined) throw new Error(`no function ${name}`);
  return found;
}

/** The template of the stack that a function is in. */
export function templateWith(stage: ReturnType<typeof synth>, name: FunctionName): Template {
  if (name === "api") return stage.api;
  return name === "runner-api" ? stage.runnerApi : stage.dispatch;
}
