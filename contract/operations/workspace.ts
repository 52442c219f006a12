import { newWorkspace, workspace, workspaceInput, workspacePatch } from "../workspace.ts";
import type { Operation } from "./operation.ts";

/** The tenant. Each sees its own; the owner, who operates the deployment, makes more. */
export const workspaceOperations = {
  getWorkspace: {
    method: "GET",
    path: "/api/workspace",
    summary: "Show the workspace",
    access: "viewer",
    status: 200,
    output: workspace,
    errors: [],
  },
  updateWorkspace: {
    method: "PATCH",
    path: "/api/workspace",
    summary: "Rename the workspace, or change how many of its runs may be going at a time",
    access: "admin",
    body: workspacePatch,
    status: 200,
    output: workspace,
    errors: [],
  },
  createWorkspace: {
    method: "POST",
    path: "/api/workspaces",
    summary: "Make another workspace, with a link that signs its owner in",
    access: "owner",
    body: workspaceInput,
    status: 201,
    output: newWorkspace,
    errors: ["name_taken"],
  },
} as const satisfies Record<string, Operation>;
