import * as z from "zod";
import type { Operation } from "./operation.ts";

/** What everybody may know. */
export const metaOperations = {
  getHealth: {
    method: "GET",
    path: "/api/health",
    summary: "Tell that the API answers and which version it is",
    access: "public",
    status: 200,
    output: z.object({ status: z.literal("ok"), version: z.string() }),
    errors: [],
  },
  getOpenApi: {
    method: "GET",
    path: "/api/openapi.json",
    summary: "This description",
    access: "public",
    status: 200,
    output: z.record(z.string(), z.unknown()),
    errors: [],
  },
} as const satisfies Record<string, Operation>;
