/** What a provider says a call used. Cached input is not part of `inputTokens`. */
export interface Usage {
  /** The provider has said all of it. */
  known: boolean;
  model?: string | undefined;
  inputTokens: number;
  outputTokens: number;
  cacheReadTokens: number;
  cacheWriteTokens: number;
  /** The part of `cacheWriteTokens` that is kept for an hour. */
  cacheWrite1hTokens: number;
  webSearches: number;
}

export const noUsage: Usage = {
  known: false,
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  cacheWrite1hTokens: 0,
  webSearches: 0,
};

export type Json = { [key: string]: unknown };
export const object = (value: unknown): Json => (typeof value === "object" && value !== null ? (value as Json) : {});
export const list = (value: unknown): Json[] => (Array.isArray(value) ? value.map(object) : []);
export const string = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;
export const count = (value: unknown, otherwise: number) =>
  typeof value === "number" && Number.isFinite(value) && value >= 0 ? Math.round(value) : otherwise;
