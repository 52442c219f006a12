import type { CostAmounts, CostReport } from "../../../../contract/cost.ts";

const head = [
  "dimension",
  "id",
  "name",
  "cost_usd",
  "unpriced_calls",
  "runs",
  "model_calls",
  "input_tokens",
  "output_tokens",
];

/** A report as CSV (RFC 4180). Each dimension adds up to the total by itself: filter by the first column before summing. */
export function costsCsv(report: CostReport): string {
  const rows = [
    row("total", `${report.from}/${report.to}`, "", report.total),
    ...report.byDay.map((entry) => row("day", entry.day, "", entry)),
    ...(report.byDay.length > 0 ? [] : report.byMonth.map((entry) => row("month", entry.month, "", entry))),
    ...report.byTask.map((entry) => row("task", entry.taskId, entry.taskName, entry)),
    ...(report.otherTasks.runs > 0 ? [row("task", "", "all other tasks", report.otherTasks)] : []),
    ...report.byAgentType.map((entry) => row("agent_type", entry.agentType, "", entry)),
    ...report.byModel.map((entry) => row("model", entry.model, "", entry)),
  ];
  return [head, ...rows].map((cells) => `${cells.map(cell).join(",")}\r\n`).join("");
}

function row(dimension: string, id: string, name: string, amounts: CostAmounts): (string | number)[] {
  const { unpricedCalls, runs, modelCalls, inputTokens, outputTokens } = amounts;
  return [dimension, id, name, dollars(amounts.costUsd), unpricedCalls, runs, modelCalls, inputTokens, outputTokens];
}

/** To a billionth, which is as exact as the ledger is, and never as 1e-7. */
function dollars(usd: number): string {
  return usd.toFixed(9).replace(/\.?0+$/, "");
}

/** Names come from people and from agents: what a spreadsheet would take for a formula is made text by an apostrophe. */
function cell(value: string | number): string {
  const text = typeof value === "string" && /^[=+\-@\t\r\n]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
