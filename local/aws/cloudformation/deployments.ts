import { newStack, type Plan, plan, type Resource, record, type Stack, setStatus, type World } from "./stack.ts";
import { invalid } from "./template.ts";

/** What a resource does in the rest of the local AWS when it is there, and when it goes. */
export interface Effects {
  made(resource: Resource, region: string): void;
  gone(resource: Resource, region: string): void;
}

/**
 * The stacks of one account. A resource is a record: nothing is started. But names that are taken, exports that are in
 * use and templates that refer to nothing are refused as CloudFormation refuses them, and at once.
 */
export class Deployments {
  private readonly stacks: Stack[] = [];
  /** Names in use, also those of resources that a removed stack left behind. */
  private readonly taken = new Map<string, string>();
  private readonly world: World;
  private readonly effects: Effects;

  constructor(options: Pick<World, "account" | "now" | "parameter">, effects: Effects) {
    this.world = {
      ...options,
      exported: (region, name) =>
        this.list(region)
          .flatMap((stack) => stack.outputs)
          .find(({ exportName }) => exportName === name)?.value,
    };
    this.effects = effects;
  }

  list(region: string): Stack[] {
    return this.stacks.filter((stack) => stack.region === region && stack.status !== "DELETE_COMPLETE");
  }

  /** By name those that stand, by id also those that are gone. Throws ValidationError. */
  get(region: string, nameOrId: string): Stack {
    const byId = this.stacks.find(({ id }) => id === nameOrId);
    const found = byId ?? this.list(region).find(({ name }) => name === nameOrId);
    if (!found) throw invalid(`Stack with id ${nameOrId} does not exist`);
    return found;
  }

  /** Throws ValidationError for a template that cannot be; what fails later is told by the stack's status. */
  create(region: string, name: string, body: string): Stack {
    const standing = this.list(region).find((stack) => stack.name === name);
    if (standing && standing.status !== "REVIEW_IN_PROGRESS") {
      const message = `Stack [${name}] already exists`;
      throw Object.assign(invalid(message), { name: "AlreadyExistsException" });
    }
    const stack = standing ?? this.open(region, name);
    const planned = plan(this.world, stack, body);
    setStatus(this.world, stack, "CREATE_IN_PROGRESS", "User Initiated");
    const refused = this.put(stack, planned);
    if (refused === undefined) {
      stack.body = body;
      setStatus(this.world, stack, "CREATE_COMPLETE");
    } else {
      for (const resource of stack.resources) this.drop(stack, resource);
      stack.resources = [];
      setStatus(this.world, stack, "ROLLBACK_COMPLETE", refused);
    }
    return stack;
  }

  update(stack: Stack, body: string): void {
    if (stack.body === body) throw invalid("No updates are to be performed.");
    const planned = plan(this.world, stack, body);
    const before = { resources: stack.resources, outputs: stack.outputs, imports: stack.imports };
    setStatus(this.world, stack, "UPDATE_IN_PROGRESS", "User Initiated");
    const refused = this.exportRemoved(stack, planned) ?? this.put(stack, planned);
    if (refused !== undefined) {
      const wasThere = new Set(before.resources.map(({ key }) => key));
      for (const resource of stack.resources) if (!wasThere.has(resource.key)) this.drop(stack, resource);
      Object.assign(stack, before);
      for (const resource of before.resources) this.effects.made(resource, stack.region);
      setStatus(this.world, stack, "UPDATE_ROLLBACK_COMPLETE", refused);
      return;
    }
    const kept = new Set(planned.resources.map(({ logicalId, physicalId }) => `${logicalId}/${physicalId}`));
    for (const old of before.resources) {
      if (!kept.has(`${old.logicalId}/${old.physicalId}`)) this.drop(stack, old);
    }
    stack.body = body;
    setStatus(this.world, stack, "UPDATE_COMPLETE");
  }

  delete(stack: Stack): void {
    const refused = this.exportRemoved(stack, { resources: [], outputs: [], imports: [] });
    if (refused !== undefined) {
      setStatus(this.world, stack, "DELETE_FAILED", refused);
      return;
    }
    setStatus(this.world, stack, "DELETE_IN_PROGRESS", "User Initiated");
    for (const resource of stack.resources.toReversed()) this.drop(stack, resource);
    Object.assign(stack, { resources: [], outputs: [], imports: [] });
    setStatus(this.world, stack, "DELETE_COMPLETE");
  }

  /** A stack that a change set is made for before there is anything of it. */
  open(region: string, name: string): Stack {
    const stack = newStack(this.world, name, region);
    this.stacks.push(stack);
    setStatus(this.world, stack, "REVIEW_IN_PROGRESS", "User Initiated");
    return stack;
  }

  /** The stacks that import a value. */
  importers(region: string, exportName: string): string[] {
    return this.list(region)
      .filter(({ imports }) => imports.includes(exportName))
      .map(({ name }) => name);
  }

  /** What a stack shall consist of takes its names; gives back why it cannot. */
  private put(stack: Stack, planned: Plan): string | undefined {
    for (const resource of planned.resources) {
      const owner = resource.key === undefined ? undefined : this.taken.get(resource.key);
      if (owner !== undefined && owner !== `${stack.id}/${resource.logicalId}`) {
        const reason = `${resource.physicalId} already exists`;
        record(this.world, stack, { ...resource, status: "CREATE_FAILED", reason });
        stack.resources = planned.resources.slice(0, planned.resources.indexOf(resource));
        return `The following resource(s) failed to create: [${resource.logicalId}].`;
      }
      if (resource.key !== undefined) this.taken.set(resource.key, `${stack.id}/${resource.logicalId}`);
      this.effects.made(resource, stack.region);
      record(this.world, stack, { ...resource, status: "CREATE_COMPLETE", reason: undefined });
    }
    Object.assign(stack, planned);
    return undefined;
  }

  private drop(stack: Stack, resource: Resource): void {
    const status = resource.retained ? "DELETE_SKIPPED" : "DELETE_COMPLETE";
    record(this.world, stack, { ...resource, status, reason: undefined });
    if (resource.retained) return;
    if (resource.key !== undefined) this.taken.delete(resource.key);
    this.effects.gone(resource, stack.region);
  }

  private exportRemoved(stack: Stack, planned: Plan): string | undefined {
    const stay = new Set(planned.outputs.map(({ exportName, value }) => `${exportName}=${value}`));
    for (const { exportName, value } of stack.outputs) {
      if (exportName === undefined || stay.has(`${exportName}=${value}`)) continue;
      const users = this.importers(stack.region, exportName);
      if (users.length > 0) {
        const verb = planned.outputs.some((output) => output.exportName === exportName) ? "updated" : "deleted";
        return `Export ${exportName} cannot be ${verb} as it is in use by ${users.join(", ")}`;
      }
    }
    return undefined;
  }
}
