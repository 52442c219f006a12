import * as z from "zod";
import { httpFetch } from "./http-fetch.ts";

const metadata = z.object({ TaskARN: z.string() });

/** The container's ARN as ECS tells it; undefined outside of ECS, or when it does not tell. */
export async function containerArn(metadataUri: string | undefined): Promise<string | undefined> {
  if (metadataUri === undefined) return undefined;
  try {
    const response = await httpFetch(`${metadataUri}/task`, { signal: AbortSignal.timeout(2000) });
    return metadata.parse(JSON.parse(await response.text())).TaskARN;
  } catch {
    return undefined;
  }
}
