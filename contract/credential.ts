import * as z from "zod";
import { agentTypes, credentialKinds } from "./agent.ts";

/** A credential as a client gives it. Which kinds an agent type takes is in `agents`. */
export const credentialInput = z.strictObject({
  kind: z.enum(credentialKinds, { error: `must be one of ${credentialKinds.join(", ")}` }),
  value: z
    .string()
    .trim()
    .min(8, "is too short")
    .max(4096)
    .regex(/^[\x21-\x7e]+$/, "must be printable characters without spaces"),
  force: z.boolean().default(false).describe("Store it even if the provider refuses it."),
});

/** What the model provider said when the credential was last checked: saving checks it. */
export const credentialChecks = ["accepted", "refused", "unknown"] as const;

/** What is told about a stored credential: never its value. */
export const credential = z.object({
  agentType: z.enum(agentTypes),
  kind: z.enum(credentialKinds),
  lastFour: z.string(),
  updatedAt: z.string(),
  check: z.enum(credentialChecks).describe("unknown: the provider could not be asked."),
  checkedAt: z.string().nullable(),
  tasks: z.array(z.string()).describe("Names of enabled tasks that sign in with it, up to 20."),
});
export type Credential = z.infer<typeof credential>;
