import { live, overview } from "../overview.ts";
import type { Operation } from "./operation.ts";

/** What goes on. */
export const overviewOperations = {
  getOverview: {
    method: "GET",
    path: "/api/overview",
    summary: "What Home shows",
    access: "viewer",
    status: 200,
    output: overview,
    errors: [],
  },
  getLive: {
    method: "GET",
    path: "/api/live",
    summary: "How many runs wait and run now, and the latest few",
    access: "viewer",
    status: 200,
    output: live,
    errors: [],
  },
} as const satisfies Record<string, Operation>;
