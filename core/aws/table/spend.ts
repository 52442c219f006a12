import { Entity, type EntityConfiguration, type EntityItem } from "electrodb";
import { agentTypes } from "../../../contract/agent.ts";
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
