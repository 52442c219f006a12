import middy from "@middy/core";
import httpRouterHandler from "@middy/http-router";
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import { answerErrors, answerHeadAndOptions, refuseUnknownRoute, routeOf } from "./api/edge.ts";
import { handlers } from "./api/handlers.ts";
import { contextOfProcess } from "./environment.ts";

const ctx = contextOfProcess();
const routes = Object.entries(handlers).map(([name, handle]) => routeOf(ctx, name, handle));
// An upgrade replaces the API first and the images last: a container of the version before asks for its work by this name.
routes.push({ ...routeOf(ctx, "redeemRun", handlers.redeemRun), path: "/api/runs/{runId}/claim" });

/** The API behind API Gateway: the contract's operations, each with its handler. */
export const handler = middy<APIGatewayProxyEvent, APIGatewayProxyResult>()
  .use(answerHeadAndOptions())
  .use(answerErrors())
  .handler(httpRouterHandler({ routes, notFoundResponse: refuseUnknownRoute }));
