import { Entity, type EntityConfiguration, type EntityItem } from "electrodb";
import { sandboxes } from "../../../contract/agent.ts";
import { at, model, needed, optional, strings } from "./attributes.ts";

const expiresAt = { type: "number" } as const;

/** What a run was asked: the task's definition as it was then, its secrets sealed as in the task's row. Written once. */
export const runInput = (config: EntityConfiguration) =>
  new Entity(
    {
      model: model("runInput"),
      attributes: {
        runId: needed,
        prompt: needed,
        /** What it was asked beyond the task's prompt. */
        input: optional,
        sourceUrl: optional,
        subPath: optional,
        maxTurns: { type: "number", required: true },
        allowedTools: strings,
        disallowedTools: strings,
        sandbox: { type: sandboxes },
        timezone: optional,
        gitToken: optional,
        parameterStoreKey: optional,
        expiresAt,
      },
      indexes: { primary: at(["runId"], []) },
    } as const,
    config,
  );
export type RunInputRow = EntityItem<ReturnType<typeof runInput>>;

/** What a run answered. */
export const runResult = (config: EntityConfiguration) =>
  new Entity(
    {
      model: model("runResult"),
      attributes: { runId: needed, text: needed, expiresAt },
      indexes: { primary: at(["runId"], []) },
    } as const,
    config,
  );

/** A run that was asked for with an Idempotency-Key and is not kept any more: its id is not given again. */
export const prunedRun = (config: EntityConfiguration) =>
  new Entity(
    {
      model: model("prunedRun"),
      attributes: { runId: needed, expiresAt },
      indexes: { primary: at(["runId"], []) },
    } as const,
    config,
  );
