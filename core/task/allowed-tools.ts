import { noTool } from "../../contract/tool.ts";

/** The list as it counts. An earlier version kept empty ones and let everything run: now they allow nothing, and say so. */
export function allowedOf({ allowedTools }: { allowedTools?: string[] | undefined }): string[] | undefined {
  return allowedTools?.length === 0 ? [noTool] : allowedTools;
}
