import type { CreateScheduleInput } from "@aws-sdk/client-scheduler";
import { AwsError } from "../protocol/errors.ts";
import type { Checked } from "../protocol/service.ts";
import { parseScheduleExpression, type ScheduleExpression } from "./expression.ts";
import { isTimeZone } from "./time-zone.ts";

export type ScheduleInput = Checked<CreateScheduleInput>;

const NAME = /^[0-9a-zA-Z-_.]{1,64}$/;
const ROLE_ARN = /^arn:aws(-[a-z]+)*:iam::\d{12}:role\/[\w+=,.@/-]+$/;
const TARGET_ARN = /^arn:aws(-[a-z]+)*:[a-z0-9-]+:[a-z0-9-]*:(\d{12}|aws)?:.+$/;
const QUEUE_ARN = /^arn:aws(-[a-z]+)*:sqs:[a-z0-9-]+:\d{12}:[a-zA-Z0-9_-]+$/;
const START_TOLERANCE_MS = 5 * 60_000;

export function invalid(message: string): AwsError {
  return new AwsError("ValidationException", message);
}

/** Throws ValidationException unless the text can name a schedule or a group. */
export function checkName(name: string): void {
  if (!NAME.test(name))
    throw invalid(
      `1 validation error detected: Value '${name}' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[0-9a-zA-Z-_.]+$`,
    );
}

/** Checks what the model's types leave open. Throws ValidationException. */
export function checkSchedule(input: ScheduleInput, now: number): void {
  checkName(input.Name);
  const expression = parseScheduleExpression(input.ScheduleExpression);
  if (!expression) throw invalid(`Invalid Schedule Expression ${input.ScheduleExpression}.`);
  const zone = input.ScheduleExpressionTimezone;
  if (zone !== undefined && !isTimeZone(zone)) throw invalid(`Invalid Schedule Expression Timezone ${zone}.`);
  checkWindow(input.FlexibleTimeWindow);
  checkDates(input, expression, now);
  checkTarget(input.Target);
}

function checkWindow(window: ScheduleInput["FlexibleTimeWindow"]): void {
  const minutes = window.MaximumWindowInMinutes;
  if (window.Mode === "OFF" && minutes !== undefined)
    throw invalid("MaximumWindowInMinutes cannot be set when FlexibleTimeWindow mode is OFF.");
  if (window.Mode === "FLEXIBLE" && (minutes === undefined || !isWhole(minutes, 1, 1440)))
    throw invalid("MaximumWindowInMinutes must be between 1 and 1440 when FlexibleTimeWindow mode is FLEXIBLE.");
}

function checkDates(input: ScheduleInput, expression: ScheduleExpression, now: number): void {
  const start = input.StartDate?.getTime();
  const end = input.EndDate?.getTime();
  if (expression.kind === "at") return;
  if (start !== undefined && start < now - START_TOLERANCE_MS)
    throw invalid("The StartDate you specify cannot be earlier than 5 minutes ago.");
  if (end !== undefined && end <= now) throw invalid("The EndDate you specify must be in the future.");
  if (start !== undefined && end !== undefined && end <= start)
    throw invalid("The EndDate you specify must be later than the StartDate.");
}

function checkTarget(target: ScheduleInput["Target"]): void {
  if (!TARGET_ARN.test(target.Arn)) throw invalid(`Provided Arn is not in correct format: ${target.Arn}`);
  if (!ROLE_ARN.test(target.RoleArn)) throw invalid(`Provided RoleArn is not in correct format: ${target.RoleArn}`);
  const queue = target.DeadLetterConfig?.Arn;
  if (queue !== undefined && !QUEUE_ARN.test(queue))
    throw invalid(`Provided DeadLetterConfig Arn is not in correct format: ${queue}`);
  const { MaximumEventAgeInSeconds: age, MaximumRetryAttempts: attempts } = target.RetryPolicy ?? {};
  if (age !== undefined && !isWhole(age, 60, 86_400))
    throw invalid("MaximumEventAgeInSeconds must be between 60 and 86400.");
  if (attempts !== undefined && !isWhole(attempts, 0, 185))
    throw invalid("MaximumRetryAttempts must be between 0 and 185.");
}

function isWhole(value: number, min: number, max: number): boolean {
  return Number.isInteger(value) && value >= min && value <= max;
}
