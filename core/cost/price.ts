import { calcPrice } from "@pydantic/genai-prices";
import type { ModelCall } from "../../contract/work-order.ts";

/**
 * US dollars of one model call at list price, or undefined when the model is not in the price list: an unknown price is
 * unknown, not 0. The list is that of @pydantic/genai-prices; its version in package.json dates it.
 */
export function priceOf(call: ModelCall): number | undefined {
  const usage = {
    // The library counts cached tokens as part of the input.
    input_tokens: call.inputTokens + call.cacheReadTokens + call.cacheWriteTokens,
    output_tokens: call.outputTokens,
    cache_read_tokens: call.cacheReadTokens,
    cache_write_tokens: call.cacheWriteTokens,
  };
  const price = calcPrice(usage, call.model, { providerId: call.provider, timestamp: new Date(call.at) });
  return price?.total_price;
}
