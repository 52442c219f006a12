import { Entity, type EntityConfiguration, type EntityItem } from "electrodb";
import { at, model, needed } from "./attributes.ts";

export const ledger = (config: EntityConfiguration) =>
  new Entity(
    {
      model: model("ledger"),
      attributes: {
        runId: needed,
        /** `attempt-seq`, zero-padded: writing a call again overwrites it. */
        line: needed,
        workspaceId: needed,
        taskId: needed,
        at: needed,
        provider: { type: ["anthropic", "openai"] as const, required: true },
        model: needed,
        keySource: { type: ["WORKSPACE_KEY"] as const, required: true },
        inputTokens: { type: "number", required: true },
        outputTokens: { type: "number", required: true },
        cacheReadTokens: { type: "number", required: true },
        cacheWriteTokens: { type: "number", required: true },
        /** These three are missing in rows that are older than they are. */
        cacheWrite1hTokens: { type: "number" },
        webSearches: { type: "number" },
        usageKnown: { type: "boolean" },
        durationMs: { type: "number", required: true },
        status: { type: "number", required: true },
        /** Absent: the model has no known price. */
        costUsd: { type: "number" },
        expiresAt: { type: "number", required: true },
      },
      indexes: { primary: at(["runId"], ["line"]) },
    } as const,
    config,
  );
export type LedgerRow = EntityItem<ReturnType<typeof ledger>>;
