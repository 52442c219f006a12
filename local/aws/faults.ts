import { AwsError } from "./protocol/errors.ts";
import type { ServiceName } from "./protocol/model.ts";

/** What happens to a call instead of, or after, the work it asks for. */
export type FaultKind =
  /** Answers the service's internal error (500); nothing is done. */
  | "error500"
  /** Answers the service's throttling error; nothing is done. */
  | "throttle"
  /** RunTask's other throttle: an InvalidParameterException (400); nothing is done. */
  | "throttle-as-parameter"
  /** RunTask without room: HTTP 200, no task and one entry in failures[]. */
  | "no-capacity"
  /** Never answers; nothing is done. */
  | "hang"
  /** Cuts the connection; nothing is done. */
  | "cut"
  /** Does the work and cuts the connection before the answer. */
  | "after"
  /** Does the work and never answers. */
  | "after-hang";

export interface Fault {
  readonly service: ServiceName | "dynamodb";
  /** An operation's name, or "*" for each of the service. */
  readonly operation: string;
  readonly kind: FaultKind;
  /** How many calls are struck. Default 1. */
  readonly times?: number;
  /** How many matching calls pass first. Default 0. */
  readonly skip?: number;
}

/** Faults that tests put between a caller and the services. Reached in the server's own process only. */
export class Faults {
  private active: { fault: Fault; skip: number; left: number }[] = [];

  add(fault: Fault): void {
    this.active.push({ fault, skip: fault.skip ?? 0, left: fault.times ?? 1 });
  }

  clear(): void {
    this.active = [];
  }

  /** Takes the fault that strikes this call, counting it. */
  take(service: string, operation: string): FaultKind | undefined {
    for (const entry of this.active) {
      const { fault } = entry;
      if (fault.service !== service || (fault.operation !== "*" && fault.operation !== operation)) continue;
      if (entry.skip > 0) {
        entry.skip -= 1;
        continue;
      }
      if (entry.left <= 0) continue;
      entry.left -= 1;
      return fault.kind;
    }
    return undefined;
  }
}

const INTERNAL: Record<ServiceName | "dynamodb", string> = {
  ecs: "ServerException",
  scheduler: "InternalServerException",
  logs: "ServiceUnavailableException",
  secretsmanager: "InternalServiceError",
  ses: "InternalServiceErrorException",
  sts: "InternalFailure",
  cloudformation: "InternalFailure",
  ec2: "InternalError",
  ecr: "ServerException",
  s3: "InternalError",
  servicequotas: "ServiceException",
  ssm: "InternalServerError",
  dynamodb: "InternalServerError",
};

const THROTTLE: Record<ServiceName | "dynamodb", [name: string, status: number]> = {
  ecs: ["ThrottlingException", 400],
  scheduler: ["ThrottlingException", 429],
  logs: ["ThrottlingException", 400],
  secretsmanager: ["ThrottlingException", 400],
  ses: ["TooManyRequestsException", 429],
  sts: ["Throttling", 400],
  cloudformation: ["Throttling", 400],
  ec2: ["RequestLimitExceeded", 503],
  ecr: ["ThrottlingException", 400],
  s3: ["SlowDown", 503],
  servicequotas: ["TooManyRequestsException", 400],
  ssm: ["ThrottlingException", 400],
  dynamodb: ["ThrottlingException", 400],
};

/** The error an "error500", "throttle" or "throttle-as-parameter" fault answers with. */
export function faultError(kind: "error500" | "throttle" | "throttle-as-parameter", service: Fault["service"]) {
  if (kind === "error500") return new AwsError(INTERNAL[service], "Internal error.", { status: 500 });
  if (kind === "throttle-as-parameter")
    return new AwsError("InvalidParameterException", "Rate exceeded: the request was throttled.", { status: 400 });
  const [name, status] = THROTTLE[service];
  return new AwsError(name, "Rate exceeded", { status });
}

/** RunTask's answer when there is no room for the task. */
export const NO_CAPACITY = {
  tasks: [],
  failures: [
    {
      reason: "Capacity is unavailable at this time. Please try again later or in a different availability zone",
    },
  ],
};
