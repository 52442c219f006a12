import type { APIGatewayProxyEvent } from "aws-lambda";

/** A header of a request; its name in small letters. */
export function headerOf(event: APIGatewayProxyEvent, name: string): string | undefined {
  return Object.entries(event.headers ?? {}).find(([header]) => header.toLowerCase() === name)?.[1];
}
