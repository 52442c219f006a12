import type { RunErrorCode } from "../../contract/run.ts";

/** The run ends FAILED with this code; the message, if any, says more than the code's own sentence. */
export class RunFailure extends Error {
  override readonly name = "RunFailure";
  readonly code: RunErrorCode;
  constructor(code: RunErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
