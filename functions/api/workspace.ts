import type { workspaceOperations } from "../../contract/operations/workspace.ts";
import { signInLink } from "../../core/key/session.ts";
import { createWorkspace, readWorkspace, updateWorkspace, workspaceOf } from "../../core/workspace/workspace.ts";
import type { Handlers } from "./handler.ts";

export const workspaceHandlers: Handlers<keyof typeof workspaceOperations> = {
  getWorkspace: async (ctx, { principal }) => workspaceOf(await readWorkspace(ctx, principal.workspaceId)),

  updateWorkspace: async (ctx, { principal }, { body }) =>
    workspaceOf(await updateWorkspace(ctx, principal.workspaceId, body)),

  async createWorkspace(ctx, { principal }, { body }) {
    const row = await createWorkspace(ctx, body);
    const owner = { workspaceId: row.workspaceId, name: principal.name, role: "owner" } as const;
    return { ...workspaceOf(row), signInLink: await signInLink(ctx, owner) };
  },
};
