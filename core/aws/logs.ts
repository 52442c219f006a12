import {
  CloudWatchLogsClient,
  GetLogEventsCommand,
  InvalidParameterException,
  ResourceNotFoundException,
} from "@aws-sdk/client-cloudwatch-logs";
import type { Config } from "../context.ts";
import { invalid } from "../error.ts";
import { clientDefaults, lazy } from "./client.ts";

const client = lazy(() => new CloudWatchLogsClient(clientDefaults));

export interface EventPage {
  messages: { text: string; at: Date }[];
  forward: string | undefined;
  backward: string | undefined;
}

/** One page of a stream, oldest first. Undefined: the stream is gone, or was never there. */
export async function readStream(
  config: Config,
  stream: string,
  page: { token: string | undefined; limit: number; fromHead: boolean },
): Promise<EventPage | undefined> {
  try {
    const answer = await client().send(
      new GetLogEventsCommand({
        logGroupName: config.logGroup,
        logStreamName: stream,
        startFromHead: page.fromHead,
        limit: page.limit,
        nextToken: page.token,
      }),
    );
    const events = answer.events ?? [];
    return {
      messages: events.map((event) => ({ text: event.message ?? "", at: new Date(event.timestamp ?? 0) })),
      forward: answer.nextForwardToken,
      backward: answer.nextBackwardToken,
    };
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    if (error instanceof InvalidParameterException && page.token !== undefined) {
      throw invalid({ cursor: "is not, or not any more, one that a page of this log answered" });
    }
    throw error;
  }
}
