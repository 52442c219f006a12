import type { Provider } from "../providers/provider.ts";
import type { Inspector } from "../route.ts";

/** Refuses calls that would cost what the provider's usage figures do not tell. */
export const metered =
  (provider: Provider): Inspector =>
  ({ endpoint, body }) => {
    const what = endpoint.kind === "call" && body ? provider.unmetered(body) : undefined;
    if (what === undefined) return undefined;
    return {
      refuse: {
        status: 403,
        message: `The gateway does not pass on ${what}: its cost could not be told.`,
        final: true,
      },
    };
  };
