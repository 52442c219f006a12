import type { IncomingHttpHeaders } from "node:http";
import type { Message } from "./http/message.ts";
import type { Ending, Exchange, Inspector, Refusal, Watch } from "./route.ts";

/** What a route's inspectors do to one exchange. */
export class Inspection {
  /** The one nearest to the upstream first: so answers pass them. */
  #watches: Watch[] = [];
  #ended = false;

  /** Shows a request to each inspector in turn, up to the first that refuses. */
  request(inspectors: Inspector[], exchange: Exchange): Refusal | undefined {
    for (const inspect of inspectors) {
      const verdict = inspect(exchange);
      if (verdict && "refuse" in verdict) return verdict.refuse;
      if (verdict) this.#watches.unshift(verdict.watch);
    }
    return undefined;
  }

  head(status: number, headers: IncomingHttpHeaders): Refusal | undefined {
    for (const watch of this.#watches) {
      const refusal = watch.head?.(status, headers);
      if (refusal) return refusal;
    }
    return undefined;
  }

  message(message: Message): Message[] {
    return this.#watches.reduce((going, watch) => shown(watch, going), [message]);
  }

  /** What was held back to the end. A second end changes nothing. */
  end(how: Ending): Message[] {
    if (this.#ended) return [];
    this.#ended = true;
    return this.#watches.reduce<Message[]>((going, watch) => [...shown(watch, going), ...(watch.end?.(how) ?? [])], []);
  }
}

const shown = (watch: Watch, messages: Message[]) =>
  watch.message ? messages.flatMap((message) => watch.message?.(message) ?? []) : messages;
