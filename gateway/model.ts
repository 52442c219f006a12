import type { ModelCall, WorkOrder } from "../contract/work-order.ts";
import type { Exchange, Inspector, Refusal, Route } from "./exchange.ts";
import { createUsageMeter, readAnthropic, readOpenai, type UsageReader } from "./usage.ts";

type Provider = ModelCall["provider"];
type Credential = WorkOrder["secrets"]["credential"];

/** What the gateway saw of the provider: the run's outcome is judged by this, not by a CLI's words. */
export interface Observations {
  /** Answers with a success status. */
  answered: number;
  /** The HTTP status of the latest model call; null: none was answered yet, or the latest did not reach the provider. */
  lastStatus: number | null;
  unreachable: boolean;
  /** A call was refused because the run's turns were used up. */
  turnsUsedUp: boolean;
}

export interface ModelRouteOptions {
  provider: Provider;
  /** `https://api.anthropic.com`, or what stands in for it. */
  upstream: URL;
  credential: Credential;
  /** Booked where the provider does not say which model answered. */
  model: string;
  /** Calls allowed, or null where the CLI itself counts turns. */
  maxCalls: number | null;
  onModelCall(call: Omit<ModelCall, "seq">): void;
  observations: Observations;
  clock(): number;
}

const providers: Record<
  Provider,
  {
    route: string;
    host: string;
    /** What the CLIs need and nothing else: no batches, files or stored answers that outlive the run unmetered. */
    allowed: RegExp;
    call: RegExp;
    usage: UsageReader;
    error(refusal: Refusal): unknown;
  }
> = {
  anthropic: {
    route: "anthropic",
    host: "api.anthropic.com",
    allowed: /^\/v1\/(messages(\/count_tokens)?|models(\/[^/?]+)?)(\?|$)/,
    call: /^\/v1\/messages(\?|$)/,
    usage: readAnthropic,
    error: ({ status, message }) => ({
      type: "error",
      error: { type: status >= 500 ? "api_error" : "invalid_request_error", message },
    }),
  },
  openai: {
    route: "openai",
    host: "api.openai.com",
    allowed: /^\/v1\/(responses(\/compact)?|models(\/[^/?]+)?)(\?|$)/,
    call: /^\/v1\/responses(\/compact)?(\?|$)/,
    usage: readOpenai,
    error: ({ status, message }) => ({
      error: { type: status >= 500 ? "server_error" : "invalid_request_error", code: null, param: null, message },
    }),
  },
};

export const providerHost = (provider: Provider) => providers[provider].host;

export const newObservations = (): Observations => ({
  answered: 0,
  lastStatus: null,
  unreachable: false,
  turnsUsedUp: false,
});

/** The route to a model provider: allow, count, sign in, meter. */
export function modelRoute(options: ModelRouteOptions): Route {
  const { route, allowed, error } = providers[options.provider];
  return {
    name: route,
    target: (path) => (allowed.test(path) ? under(options.upstream, path) : undefined),
    inspectors: [limitCalls(options), signIn(options.credential), meter(options)],
    errorBody: (refusal) => ({ type: "application/json", body: JSON.stringify(error(refusal)) }),
  };
}

/** Appends a path to a base URL that may have a path of its own. */
export function under(base: URL, path: string): URL {
  return new URL(base.origin + base.pathname.replace(/\/$/, "") + path);
}

const isCall = (provider: Provider, exchange: Exchange) =>
  exchange.method === "POST" && providers[provider].call.test(exchange.path);

function limitCalls({ provider, maxCalls, observations }: ModelRouteOptions): Inspector {
  return (exchange) => {
    if (maxCalls === null || observations.answered < maxCalls || !isCall(provider, exchange)) return undefined;
    observations.turnsUsedUp = true;
    // A 400 is what no CLI tries again.
    return { refuse: { status: 400, message: `The run's ${maxCalls} turns are used up.` } };
  };
}

const oauthBeta = "oauth-2025-04-20";

function signIn(credential: Credential): Inspector {
  return ({ headers }) => {
    if (credential.kind === "anthropicapikey") headers["x-api-key"] = credential.value;
    else headers.authorization = `Bearer ${credential.value}`;
    if (credential.kind === "claudeoauthtoken") {
      const betas = String(headers["anthropic-beta"] ?? "");
      if (!betas.includes(oauthBeta)) headers["anthropic-beta"] = betas ? `${betas},${oauthBeta}` : oauthBeta;
    }
    return undefined;
  };
}

function meter(options: ModelRouteOptions): Inspector {
  const { provider, observations, clock } = options;
  return (exchange) => {
    if (!isCall(provider, exchange)) return undefined;
    const started = clock();
    const usage = createUsageMeter(providers[provider].usage);
    let status: number | null = null;
    return {
      tap: {
        head(code, headers) {
          status = code;
          observations.lastStatus = code;
          observations.unreachable = false;
          if (code < 400) observations.answered++;
          usage.begin(headers["content-type"]);
        },
        chunk: usage.chunk,
        end(how) {
          if (how === "unreachable") {
            observations.lastStatus = null;
            observations.unreachable = true;
          }
          if (status === null) return;
          const { model = options.model, ...tokens } = usage.end();
          options.onModelCall({
            at: new Date(started).toISOString(),
            provider,
            model,
            ...tokens,
            durationMs: Math.max(0, Math.round(clock() - started)),
            status,
          });
        },
      },
    };
  };
}
