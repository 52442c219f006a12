/**
 * An error as AWS would answer it. `name` is the exception's name on the wire; the HTTP status comes from the
 * service's model unless it is given here. `extra` holds further modelled members of the exception.
 */
export class AwsError extends Error {
  override readonly name: string;
  readonly status: number | undefined;
  readonly extra: Record<string, unknown>;

  constructor(name: string, message: string, options: { status?: number; extra?: Record<string, unknown> } = {}) {
    super(message);
    this.name = name;
    this.status = options.status;
    this.extra = options.extra ?? {};
  }
}
