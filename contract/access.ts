import * as z from "zod";
import { idSchema } from "./id.ts";
import { labelFault } from "./name.ts";
import { named } from "./text.ts";

/** What a principal may do; each role can do all that the roles before it can. */
export const roles = ["viewer", "member", "admin", "owner"] as const;
export type Role = (typeof roles)[number];

export function hasRole(role: Role, needed: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(needed);
}

export const apiKeyInput = z.strictObject({
  name: named((text) => labelFault(text, 80)),
  role: z.enum(["viewer", "member", "admin"]).default("member"),
  autonomy: z
    .int()
    .min(0)
    .max(3)
    .default(1)
    .describe("0: the key may only read. 1 to 3: it may change what its role may."),
  expiresInDays: z.int().min(1).max(3650).nullable().default(null),
});

export const apiKey = z.object({
  id: idSchema("key"),
  name: z.string(),
  role: z.enum(roles),
  autonomy: z.number(),
  lastFour: z.string(),
  createdAt: z.string(),
  expiresAt: z.string().nullable(),
});
export type ApiKey = z.infer<typeof apiKey>;

export const newApiKey = apiKey.extend({ secret: z.string().describe("Shown this once.") });

/** Who is signed in. `csrfToken` goes back in the header X-CSRF-Token with every change made by a session. */
export const session = z.object({
  workspaceId: idSchema("workspace"),
  name: z.string(),
  role: z.enum(roles),
  via: z.enum(["session", "key"]),
  csrfToken: z.string().nullable(),
  expiresAt: z.string().nullable(),
});
