import type { OutgoingHttpHeaders } from "node:http";
import type { Inspector } from "../route.ts";

/** Puts the credential in; without one the request goes as it is. */
export const authorize =
  (credential: OutgoingHttpHeaders | undefined): Inspector =>
  ({ headers }) => {
    Object.assign(headers, credential);
    return undefined;
  };
