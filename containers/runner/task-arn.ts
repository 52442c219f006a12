import * as z from "zod";

const metadata = z.object({ TaskARN: z.string() });

/** The container's ARN as ECS tells it; undefined outside of ECS, or when it does not tell. */
export async function containerArn(metadataUri: string | undefined): Promise<string | undefined> {
  if (metadataUri === undefined) return undefined;
  try {
    const response = await fetch(`${metadataUri}/task`, { signal: AbortSignal.timeout(2000) });
    return metadata.parse(await response.json()).TaskARN;
  } catch {
    return undefined;
  }
}
