import { openApi } from "../../contract/openapi.ts";
import type { metaOperations } from "../../contract/operations/meta.ts";
import manifest from "../../package.json" with { type: "json" };
import type { Handlers } from "./handler.ts";

export const metaHandlers: Handlers<keyof typeof metaOperations> = {
  async getHealth() {
    return { status: "ok" as const, version: manifest.version };
  },

  async getOpenApi() {
    return openApi(manifest.version);
  },
};
