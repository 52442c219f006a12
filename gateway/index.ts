import type { ModelCall, WorkOrder } from "../contract/work-order.ts";
import type { Route } from "./exchange.ts";
import { modelRoute, newObservations, type Observations, providerHost } from "./model.ts";
import { type Gateway, startGateway } from "./server.ts";
import { githubRoute, gitRoute } from "./source.ts";
import type { StandIn } from "./stand-in.ts";

export interface RunGateway extends Gateway {
  observations: Observations;
}

export interface RunGatewayOptions {
  order: WorkOrder;
  provider: ModelCall["provider"];
  /** The run's model calls are refused beyond its turns; for a CLI that does not count them itself. */
  countTurns: boolean;
  pass: string;
  standIns: StandIn[];
  clock(): number;
  onModelCall(call: Omit<ModelCall, "seq">): void;
}

/** Opens the gateway of one run: its model provider, its source host and GitHub's API. */
export async function openGateway(options: RunGatewayOptions): Promise<RunGateway> {
  const { task, secrets } = options.order;
  const observations = newObservations();
  const upstream = (host: string) => upstreamOf(host, options.standIns, secrets.credential.value);
  const source = task.sourceUrl === null ? undefined : new URL(task.sourceUrl).host;
  const routes: Route[] = [
    modelRoute({
      provider: options.provider,
      upstream: upstream(providerHost(options.provider)),
      credential: secrets.credential,
      model: task.model,
      maxCalls: options.countTurns ? task.maxTurns : null,
      onModelCall: options.onModelCall,
      observations,
      clock: options.clock,
    }),
    githubRoute({ upstream: upstream("api.github.com"), token: source === "github.com" ? secrets.gitToken : null }),
  ];
  if (source !== undefined)
    routes.push(gitRoute({ host: source, upstream: upstream(source), token: secrets.gitToken }));
  const gateway = await startGateway({ pass: options.pass, routes });
  return { ...gateway, observations };
}

/** Where requests for a host go: to the host itself, or to what stands in for it with this credential. */
export function upstreamOf(host: string, standIns: StandIn[], key: string): URL {
  const standIn = standIns.find((it) => it.host === host && (it.forKey === undefined || it.forKey === key));
  return new URL(standIn?.url ?? `https://${host}`);
}
