import type { ProviderRefusal } from "./providers/provider.ts";

/** What the gateway saw of the provider: the run's outcome is judged by this, not by a CLI's words. */
export interface Observations {
  /** Calls that the provider answered; refusals are none, also those inside a stream. */
  answered: number;
  /** The HTTP status of the latest model call; null: none was answered yet, or the latest did not reach the provider. */
  lastStatus: number | null;
  /** How the provider refused the latest model call; null: it did not. */
  refusal: ProviderRefusal | null;
  unreachable: boolean;
  /** A call was refused because the run's turns were used up. */
  turnsUsedUp: boolean;
}

export const newObservations = (): Observations => ({
  answered: 0,
  lastStatus: null,
  refusal: null,
  unreachable: false,
  turnsUsedUp: false,
});
