import { calcPrice } from "@pydantic/genai-prices";
import type { ModelCall } from "../../contract/work-order.ts";

/**
 * US dollars of one model call at list price, or undefined when the model is not in the price list or the call's usage
 * is not known: an unknown price is unknown, not 0. The list is that of @pydantic/genai-prices; its version in package.json dates it.
 */
export function priceOf(call: ModelCall): number | undefined {
  if (call.usageKnown === false) return undefined;
  const usage = {
    // The library counts cached tokens as part of the input.
    input_tokens: call.inputTokens + call.cacheReadTokens + call.cacheWriteTokens,
    output_tokens: call.outputTokens,
    cache_read_tokens: call.cacheReadTokens,
    cache_write_tokens: call.cacheWriteTokens,
    cache_write_1h_tokens: call.cacheWrite1hTokens,
    web_searches: call.webSearches,
  };
  const price = calcPrice(usage, call.model, { providerId: call.provider, timestamp: new Date(call.at) });
  // A model without a price for searches is not one that searches for nothing.
  const searchless = call.webSearches > 0 && price?.model_price.web_searches_kcount === undefined;
  return searchless ? undefined : price?.total_price;
}
