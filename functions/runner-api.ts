import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context, LambdaFunctionURLEvent } from "aws-lambda";
import { workOperations } from "../contract/operations/work.ts";
import { operationsServed } from "./api/edge.ts";
import { workHandlers } from "./api/work.ts";
import { contextOfProcess } from "./environment.ts";

const answer = operationsServed(contextOfProcess(), "runner-api", workOperations, workHandlers);

/**
 * What runners call, and nothing else, at an address of its own: AWS has checked by then that a runner's role signed the
 * request, so that nobody else costs an invocation.
 */
export async function handler(event: LambdaFunctionURLEvent, context: Context): Promise<APIGatewayProxyResult> {
  const { method, path } = event.requestContext.http;
  return answer({ ...event, version: "1.0", httpMethod: method, path } as unknown as APIGatewayProxyEvent, context);
}
