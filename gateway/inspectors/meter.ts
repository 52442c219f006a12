import type { IncomingHttpHeaders } from "node:http";
import type { ModelCall } from "../../contract/work-order.ts";
import type { Message } from "../http/message.ts";
import type { Observations } from "../observations.ts";
import { type Provider, retryAfter } from "../providers/provider.ts";
import { noUsage, string } from "../providers/usage.ts";
import type { Ending, Inspector } from "../route.ts";

export interface MeterOptions {
  provider: Provider;
  /** Booked where neither the provider nor the request says which model it was. */
  model: string;
  observations: Observations;
  onModelCall(call: Omit<ModelCall, "seq">): void;
  clock(): number;
}

/** Books each model call from the provider's own figures, and notes how it was answered or refused. It changes nothing. */
export function meter(options: MeterOptions): Inspector {
  const { provider, observations } = options;
  return ({ endpoint, body }) => {
    if (endpoint.kind !== "call") return undefined;
    const started = options.clock();
    const asked = string(body?.get("model")) ?? options.model;
    let status = 0;
    let headers: IncomingHttpHeaders = {};
    let usage = noUsage;
    let said = { answered: false, refused: false };

    const refused = (error: { type: string | null; message: string }) => {
      said = { ...said, refused: true };
      const { type, message } = error;
      observations.refusal = {
        kind: provider.kindOf(status, error),
        status,
        type: type?.slice(0, 100) ?? null,
        message: message.slice(0, 1000),
        retryAfterSeconds: retryAfter(headers, options.clock()),
      };
    };
    const answered = () => {
      if (said.answered || said.refused) return;
      said = { ...said, answered: true };
      observations.answered++;
      observations.refusal = null;
    };
    const read = (message: unknown) => {
      usage = provider.usage(usage, message);
      const error = provider.error(message);
      if (error) refused(error);
      else if (usage.known && status < 300) answered();
    };
    return {
      watch: {
        head(code, all) {
          status = code;
          headers = all;
          observations.lastStatus = code;
          observations.unreachable = false;
          return undefined;
        },
        message(message) {
          if (speaksOf(message)) read(message.json());
          return [message];
        },
        end(how) {
          if (status === 0) unanswered(how);
          else if (status >= 300 && !said.refused) refused({ type: null, message: "" });
          else if (status < 300) answered();
          if (status > 0 || how === "broken") book();
          return undefined;
        },
      },
    };

    function unanswered(how: Ending) {
      if (how === "refused") return;
      observations.lastStatus = null;
      observations.unreachable = true;
    }

    function book() {
      const { known, model = asked, ...amounts } = usage;
      options.onModelCall({
        at: new Date(started).toISOString(),
        provider: provider.name,
        model: model.slice(0, 200),
        ...amounts,
        usageKnown: known || status >= 300,
        durationMs: Math.max(0, Math.round(options.clock() - started)),
        status,
      });
    }
  };
}

/** Inside a JSON string a quote is escaped, so text that talks about "usage" does not match. */
const speaksOf = ({ streamed, bytes }: Message) =>
  !streamed || bytes.includes('"usage"') || bytes.includes('"model"') || bytes.includes('"error"');
