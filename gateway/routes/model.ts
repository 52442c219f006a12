import { authorize } from "../inspectors/authorize.ts";
import { callLimit } from "../inspectors/call-limit.ts";
import { type MeterOptions, meter } from "../inspectors/meter.ts";
import { metered } from "../inspectors/metered.ts";
import { onlyTools } from "../inspectors/only-tools.ts";
import { type Credential, findListed } from "../providers/provider.ts";
import type { Inspector, Route } from "../route.ts";

export interface ModelOptions extends MeterOptions {
  /** The provider's own address, or what stands in for it. */
  upstream: URL;
  credential: Credential;
  /** Calls allowed, or null where the CLI itself counts turns. */
  maxCalls: number | null;
  /** Tools that the model may be offered; none: all. */
  allowedTools: readonly string[];
}

/** The route to a model provider: sign in, count, offer only what may be, refuse what has no meter, meter. */
export function modelRoute(options: ModelOptions): Route {
  const { provider, upstream, credential, maxCalls, allowedTools, observations } = options;
  const signIn: Inspector = (exchange) => authorize(provider.signIn(credential, exchange.headers))(exchange);
  return {
    name: provider.route,
    upstream,
    transport: "read",
    find: (ask) => findListed(provider.listed, ask),
    inspectors: [
      signIn,
      ...(maxCalls === null ? [] : [callLimit(maxCalls, observations)]),
      ...(allowedTools.length === 0 ? [] : [onlyTools(allowedTools)]),
      metered(provider),
      meter(options),
    ],
    redirect: ({ host }) => ({
      refuse: { status: 502, message: `${provider.host} sends on to ${host}. The key is not sent there.` },
    }),
    refusal: provider.refusal,
  };
}
