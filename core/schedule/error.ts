/** Which part of a schedule is wrong. */
type ScheduleField = "expression" | "timezone" | "at";

/** A schedule that cannot be kept. `message` is one sentence for the person who wrote it; `field` is where they wrote it. */
export class ScheduleError extends Error {
  readonly field: ScheduleField;

  constructor(field: ScheduleField, message: string) {
    super(message);
    this.name = "ScheduleError";
    this.field = field;
  }
}
