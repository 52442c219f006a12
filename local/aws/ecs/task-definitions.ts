import type * as client from "@aws-sdk/client-ecs";
import { pageOf } from "../paging.ts";
import { AwsError } from "../protocol/errors.ts";
import type { Answer, Checked } from "../protocol/service.ts";
import type { AwsContext } from "../store.ts";

type Register = Checked<client.RegisterTaskDefinitionRequest>;
type Container = Checked<client.ContainerDefinition>;

/** A registered revision, as DescribeTaskDefinition answers it. */
export type StoredTaskDefinition = Omit<Register, "tags"> & {
  taskDefinitionArn: string;
  revision: number;
  registeredAt: number;
  tags: client.Tag[];
};

const NAME = /^[A-Za-z0-9_-]{1,255}$/;
const MAX_STOP_TIMEOUT = 120;

/** The memory sizes (MiB) Fargate offers for each CPU size: from, to and the step between. */
const FARGATE_MEMORY: Record<string, [from: number, to: number, step: number]> = {
  "256": [512, 2048, 512],
  "512": [1024, 4096, 1024],
  "1024": [2048, 8192, 1024],
  "2048": [4096, 16_384, 1024],
  "4096": [8192, 30_720, 1024],
  "8192": [16_384, 61_440, 4096],
  "16384": [32_768, 122_880, 8192],
};

/** Task definitions by family and revision. */
export class TaskDefinitions {
  private readonly context: AwsContext;

  constructor(context: AwsContext) {
    this.context = context;
    context.store.define(
      "CREATE TABLE IF NOT EXISTS task_definitions (arn TEXT PRIMARY KEY, family TEXT, revision INTEGER, definition TEXT) STRICT",
    );
  }

  register(input: Register): Answer<client.RegisterTaskDefinitionResponse> {
    checkDefinition(input);
    const stored = this.context.store.transaction(() => {
      const revision = (this.latest(input.family)?.revision ?? 0) + 1;
      const { region, account, now } = this.context;
      const arn = `arn:aws:ecs:${region}:${account}:task-definition/${input.family}:${revision}`;
      const definition: StoredTaskDefinition = {
        ...input,
        tags: input.tags ?? [],
        taskDefinitionArn: arn,
        revision,
        registeredAt: now(),
      };
      this.context.store.run(
        "INSERT INTO task_definitions VALUES (?, ?, ?, ?)",
        arn,
        input.family,
        revision,
        JSON.stringify(definition),
      );
      return definition;
    });
    return { taskDefinition: view(stored), tags: stored.tags };
  }

  describe(input: Checked<client.DescribeTaskDefinitionRequest>): Answer<client.DescribeTaskDefinitionResponse> {
    const found = this.find(input.taskDefinition);
    if (!found) throw clientError("Unable to describe task definition.");
    const tags = input.include?.includes("TAGS") ? found.tags : undefined;
    return { taskDefinition: view(found), tags };
  }

  list(input: Checked<client.ListTaskDefinitionsRequest>): Answer<client.ListTaskDefinitionsResponse> {
    // Revisions are never deregistered here, so every one is active.
    if (input.status !== undefined && input.status !== "ACTIVE") return { taskDefinitionArns: [] };
    const rows = this.context.store
      .all<{ arn: string; family: string; revision: number }>("SELECT arn, family, revision FROM task_definitions")
      .filter((row) => input.familyPrefix === undefined || row.family === input.familyPrefix)
      .map((row) => ({ arn: row.arn, key: `${row.family}:${String(row.revision).padStart(9, "0")}` }))
      .sort((a, b) => (a.key < b.key ? -1 : 1));
    if (input.sort === "DESC") rows.reverse();
    const order = new Map(rows.map((row, index) => [row, String(index).padStart(9, "0")]));
    const page = pageOf(rows, (row) => order.get(row) ?? "", {
      limit: input.maxResults ?? 100,
      token: input.nextToken,
      invalid: () => new AwsError("InvalidParameterException", "Invalid token."),
    });
    return { taskDefinitionArns: page.items.map((row) => row.arn), nextToken: page.nextToken };
  }

  /** By `family` (its latest revision), `family:revision` or ARN. */
  find(id: string): StoredTaskDefinition | undefined {
    const name = /^arn:aws:ecs:[^:]+:[^:]+:task-definition\/(.+)$/.exec(id)?.[1] ?? id;
    const [family = "", revision] = name.split(":");
    if (revision === undefined) return this.latest(family);
    const row = this.context.store.one<{ definition: string }>(
      "SELECT definition FROM task_definitions WHERE family = ? AND revision = ?",
      family,
      Number(revision),
    );
    return row && (JSON.parse(row.definition) as StoredTaskDefinition);
  }

  private latest(family: string): StoredTaskDefinition | undefined {
    const row = this.context.store.one<{ definition: string }>(
      "SELECT definition FROM task_definitions WHERE family = ? ORDER BY revision DESC",
      family,
    );
    return row && (JSON.parse(row.definition) as StoredTaskDefinition);
  }
}

function view(stored: StoredTaskDefinition): client.TaskDefinition {
  const { registeredAt, tags: _, ...definition } = stored;
  const fargate = stored.requiresCompatibilities?.includes("FARGATE") ?? false;
  return {
    ...definition,
    status: "ACTIVE",
    registeredAt: new Date(registeredAt),
    compatibilities: fargate ? ["EC2", "FARGATE"] : ["EC2"],
    volumes: definition.volumes ?? [],
    placementConstraints: definition.placementConstraints ?? [],
  } as client.TaskDefinition;
}

function checkDefinition(input: Register): void {
  if (!NAME.test(input.family))
    throw clientError("Family should be 1 to 255 letters, numbers, hyphens and underscores.");
  if (input.containerDefinitions.length === 0) throw clientError("Container definitions should not be empty.");
  const names = input.containerDefinitions.map((container) => container.name);
  if (new Set(names).size !== names.length) throw clientError("Container names must be unique in a task definition.");
  const fargate = input.requiresCompatibilities?.includes("FARGATE") ?? false;
  for (const container of input.containerDefinitions) checkContainer(container, fargate);
  if (!input.containerDefinitions.some((container) => container.essential ?? true))
    throw clientError("A task definition needs at least one essential container.");
  if (fargate) checkFargate(input);
}

function checkContainer(container: Container, fargate: boolean): void {
  if (!NAME.test(container.name ?? "")) throw clientError("Container.name should not be null or empty.");
  if (!container.image) throw clientError("Container.image should not be null or empty.");
  if (fargate && (container.stopTimeout ?? 0) > MAX_STOP_TIMEOUT)
    throw clientError(`stopTimeout can be at most ${MAX_STOP_TIMEOUT} seconds on Fargate.`);
  const logging = container.logConfiguration;
  if (logging?.logDriver !== "awslogs") return;
  const needed = ["awslogs-group", "awslogs-region", ...(fargate ? ["awslogs-stream-prefix"] : [])];
  const missing = needed.filter((option) => !logging.options?.[option]);
  if (missing.length > 0) throw clientError(`Log driver awslogs requires options: ${missing.join(", ")}`);
}

function checkFargate(input: Register): void {
  if (input.networkMode !== "awsvpc") throw clientError("Fargate only supports network mode 'awsvpc'.");
  const memory = FARGATE_MEMORY[input.cpu ?? ""];
  const given = Number(input.memory);
  const offered = memory && given >= memory[0] && given <= memory[1] && (given - memory[0]) % memory[2] === 0;
  const smallest = input.cpu === "256" && given === 1024;
  if (!offered && !smallest) throw clientError("No Fargate configuration exists for given values.");
  const logs = input.containerDefinitions.some((each) => each.logConfiguration?.logDriver === "awslogs");
  if (logs && !input.executionRoleArn)
    throw clientError("Fargate requires task definition to have execution role ARN to support log driver awslogs.");
}

function clientError(message: string): AwsError {
  return new AwsError("ClientException", message);
}
