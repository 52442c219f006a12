import { expect, test } from "vitest";
import type { CostReport } from "../../../../contract/cost.ts";
import { costsCsv } from "./csv.ts";

const amounts = { costUsd: 0, unpricedCalls: 0, runs: 1, modelCalls: 2, inputTokens: 30, outputTokens: 4 };
const report = (change: Partial<CostReport>): CostReport => ({
  from: "2026-11-01",
  to: "2026-11-30",
  total: amounts,
  byDay: [],
  byMonth: [],
  byTask: [],
  otherTasks: { ...amounts, runs: 0 },
  byAgentType: [],
  byModel: [],
  ...change,
});
const lines = (change: Partial<CostReport>) => costsCsv(report(change)).split("\r\n");

test("a line for each entry of each dimension, under one head", () => {
  const csv = lines({
    byDay: [{ day: "2026-11-02", ...amounts, costUsd: 0.0045 }],
    byTask: [{ taskId: "task_1", taskName: "review", ...amounts, costUsd: 12 }],
    byAgentType: [{ agentType: "codex-runner", ...amounts, unpricedCalls: 2 }],
    byModel: [{ model: "gpt-5.5", ...amounts, costUsd: 1e-7 }],
  });
  expect(csv).toEqual([
    "dimension,id,name,cost_usd,unpriced_calls,runs,model_calls,input_tokens,output_tokens",
    "total,2026-11-01/2026-11-30,,0,0,1,2,30,4",
    "day,2026-11-02,,0.0045,0,1,2,30,4",
    "task,task_1,review,12,0,1,2,30,4",
    "agent_type,codex-runner,,0,2,1,2,30,4",
    "model,gpt-5.5,,0.0000001,0,1,2,30,4",
    "",
  ]);
});

test("months where there are no days, and what all other tasks took", () => {
  const csv = lines({
    byMonth: [{ month: "2026-11", ...amounts, costUsd: 3 }],
    byTask: [{ taskId: "task_1", taskName: "review", ...amounts, costUsd: 2 }],
    otherTasks: { ...amounts, costUsd: 1 },
  });
  expect(csv.slice(2, 5)).toEqual([
    "month,2026-11,,3,0,1,2,30,4",
    "task,task_1,review,2,0,1,2,30,4",
    "task,,all other tasks,1,0,1,2,30,4",
  ]);
});

test("commas, quotes and line breaks stay inside their cell", () => {
  const csv = costsCsv(report({ byTask: [{ taskId: "task_1", taskName: 'a "b",\nc', ...amounts }] }));
  expect(csv).toContain('task,task_1,"a ""b"",\nc",0,');
});

test.each(["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])("%j is no formula", (model) => {
  const csv = costsCsv(report({ byModel: [{ model, ...amounts }] }));
  expect(csv).toMatch(/model,"?'/);
});
