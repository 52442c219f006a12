import type { ModelCall, WorkOrder } from "../contract/work-order.ts";
import { newObservations, type Observations } from "./observations.ts";
import { anthropic } from "./providers/anthropic.ts";
import { openai } from "./providers/openai.ts";
import type { ProviderName } from "./providers/provider.ts";
import type { Route } from "./route.ts";
import { gitRoute } from "./routes/git.ts";
import { githubRoute } from "./routes/github.ts";
import { modelRoute } from "./routes/model.ts";
import { type Gateway, type GatewayOptions, startGateway } from "./server.ts";
import type { StandIn } from "./stand-in.ts";

export type { Observations } from "./observations.ts";
export type { ProviderRefusal, RefusalKind } from "./providers/provider.ts";

export interface RunGateway extends Gateway {
  observations: Observations;
}

export interface RunGatewayOptions extends Pick<GatewayOptions, "bounds"> {
  order: WorkOrder;
  provider: ProviderName;
  /** The run's model calls are refused beyond its turns; for a CLI that does not count them itself. */
  countTurns: boolean;
  pass: string;
  standIns: StandIn[];
  clock(): number;
  onModelCall(call: Omit<ModelCall, "seq">): void;
}

const providers = { anthropic, openai };

export const providerHost = (provider: ProviderName) => providers[provider].host;

/** Opens the gateway of one run: its model provider, its repository and GitHub's API. */
export async function openGateway(options: RunGatewayOptions): Promise<RunGateway> {
  const { task, secrets } = options.order;
  const observations = newObservations();
  const upstream = (host: string) => upstreamOf(host, options.standIns, secrets.credential.value);
  const source = task.sourceUrl === null ? undefined : new URL(task.sourceUrl);
  const provider = providers[options.provider];
  const routes: Route[] = [
    modelRoute({
      provider,
      upstream: upstream(provider.host),
      credential: secrets.credential,
      model: task.model,
      maxCalls: options.countTurns ? task.maxTurns : null,
      allowedTools: task.allowedTools,
      onModelCall: options.onModelCall,
      observations,
      clock: options.clock,
    }),
    githubRoute({
      upstream: upstream("api.github.com"),
      token: source?.host === "github.com" ? secrets.gitToken : null,
    }),
  ];
  if (source) routes.push(gitRoute({ source, upstream: upstream(source.host), token: secrets.gitToken }));
  const gateway = await startGateway({ pass: options.pass, routes, ...(options.bounds && { bounds: options.bounds }) });
  return { ...gateway, observations };
}

/** Where requests for a host go: to the host itself, or to what stands in for it with this credential. */
export function upstreamOf(host: string, standIns: StandIn[], key: string): URL {
  const standIn = standIns.find((it) => it.host === host && (it.forKey === undefined || it.forKey === key));
  return new URL(standIn?.url ?? `https://${host}`);
}
