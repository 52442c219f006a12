import * as z from "zod";
import { session } from "../access.ts";
import type { Operation } from "./operation.ts";

/** Sessions: people's way in. */
export const sessionOperations = {
  signIn: {
    method: "GET",
    path: "/api/sign-in",
    summary: "Follow a sign-in link: sets the session cookie and goes on to the console",
    access: "public",
    query: z.strictObject({ token: z.string().max(2000) }),
    status: 303,
    errors: ["unauthenticated"],
  },
  getSession: {
    method: "GET",
    path: "/api/session",
    summary: "Tell who is signed in",
    access: "viewer",
    status: 200,
    output: session,
    errors: [],
  },
  deleteSession: {
    method: "DELETE",
    path: "/api/session",
    summary: "Sign out",
    access: "viewer",
    status: 204,
    errors: [],
  },
} as const satisfies Record<string, Operation>;
