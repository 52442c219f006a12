/** A host of the internet for which something on this machine answers. Only the local stack ever sets one. */
export interface StandIn {
  host: string;
  url: string;
  /** Only where the run's credential is this one. */
  forKey?: string | undefined;
}
