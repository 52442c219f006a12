import { CustomAttributeType, Entity, type EntityConfiguration, type EntityItem } from "electrodb";
import { type AgentType, agentTypes } from "../../../contract/agent.ts";
import type { CostAmounts } from "../../../contract/cost.ts";
import { at, model, needed, optional } from "./attributes.ts";

const sum = { type: "number" } as const;
const sums = {
  runs: sum,
  modelCalls: sum,
  inputTokens: sum,
  outputTokens: sum,
  costUsd: sum,
  /** Calls whose cost is not known: not in costUsd. */
  unpricedCalls: sum,
};

/** What a task's runs that ended on a day took: one row for the runs, and one for each model they used. */
export const spend = (config: EntityConfiguration) =>
  new Entity(
    {
      model: model("spend"),
      attributes: {
        workspaceId: needed,
        /** In UTC: 2027-01-31. */
        day: needed,
        taskId: needed,
        agentType: { type: agentTypes, required: true },
        /** `run`, or `model-` and the model. */
        part: needed,
        model: optional,
        /** The task's name at the latest of these runs: it is told also when the task is gone. */
        taskName: needed,
        ...sums,
      },
      indexes: { primary: at(["workspaceId"], ["day", "taskId", "agentType", "part"]) },
    } as const,
    config,
  );
export type SpendRow = EntityItem<ReturnType<typeof spend>>;

/** The same for a whole workspace, with how its runs ended: a dashboard's month is 31 rows, whatever it has of tasks. */
export const spendDay = (config: EntityConfiguration) =>
  new Entity(
    {
      model: model("spendDay"),
      attributes: { workspaceId: needed, day: needed, done: sum, failed: sum, cancelled: sum, ...sums },
      indexes: { primary: at(["workspaceId"], ["day"]) },
    } as const,
    config,
  );
export type SpendDayRow = EntityItem<ReturnType<typeof spendDay>>;

/** What was spent in a time that is over, by its dimensions; of tasks and models the largest. */
export interface KeptSum {
  total: CostAmounts;
  agentTypes: (CostAmounts & { agentType: AgentType })[];
  models: (CostAmounts & { model: string })[];
  tasks: (CostAmounts & { taskId: string; taskName: string })[];
}

/** One row for each day and each month in which anything was spent, made of the rows of its tasks: see core/cost/close.ts. */
export const spendSum = (config: EntityConfiguration) =>
  new Entity(
    {
      model: model("spendSum"),
      attributes: {
        workspaceId: needed,
        kind: { type: ["day", "month"] as const, required: true },
        /** 2027-01-31, or 2027-01. */
        period: needed,
        sum: { type: CustomAttributeType<KeptSum>("any"), required: true },
      },
      indexes: { primary: at(["workspaceId"], ["kind", "period"]) },
    } as const,
    config,
  );

/** Up to this day, that included, each day and each whole month has its sum, or nothing was spent in it. */
export const spendClosed = (config: EntityConfiguration) =>
  new Entity(
    {
      model: model("spendClosed"),
      attributes: { workspaceId: needed, until: needed },
      indexes: { primary: at(["workspaceId"], []) },
    } as const,
    config,
  );
