import type { IncomingMessage, ServerResponse } from "node:http";
import type { ServiceModel } from "./model.ts";

/** What a decoded request looks like: members the model requires are there, the rest may be missing. */
export type Checked<T> = T extends string | number | boolean | Date | Uint8Array | undefined | null
  ? T
  : T extends readonly (infer Item)[]
    ? Checked<Item>[]
    : { [K in keyof T]: Record<never, never> extends Pick<T, K> ? Checked<T[K]> : Checked<Exclude<T[K], undefined>> };

/** A service's answer without the metadata that the SDK adds on the caller's side. */
export type Answer<T> = Omit<T, "$metadata">;

export interface Service {
  readonly model: ServiceModel;
  /** One function an operation that is built; the model's other operations answer 501. */
  readonly handlers: Readonly<Record<string, (input: never, request: { region: string }) => unknown>>;
  /** For a service whose wire no model describes: answers every request itself. It may throw AwsError. */
  answer?(request: IncomingMessage, body: Buffer, response: ServerResponse): void;
  /** Does the service's work that is due now: firing, polling, sweeping. */
  tick?(): Promise<void>;
  /** Corrects stored instants that lie further ahead than they can: they were taken from a clock that ran ahead. */
  clockSetBack?(): void;
}
