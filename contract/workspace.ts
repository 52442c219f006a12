import * as z from "zod";
import { idSchema } from "./id.ts";
import { labelFault } from "./name.ts";
import { named } from "./text.ts";

const name = named((text) => labelFault(text, 100));
const runningCap = z.int().min(1).max(1000).describe("How many of its runs may be going at a time.");

export const workspaceInput = z.strictObject({ name, runningCap: runningCap.default(10) });
export const workspacePatch = z.strictObject({ name: name.optional(), runningCap: runningCap.optional() });

/** A workspace as its members see it. */
export const workspace = z.object({
  id: idSchema("workspace"),
  name: z.string(),
  runningCap: z.number(),
  running: z.number().describe("Runs that are going now."),
  createdAt: z.string(),
});
export type Workspace = z.infer<typeof workspace>;

/** A new workspace, with the link that signs its owner in. */
export const newWorkspace = workspace.extend({ signInLink: z.url() });
