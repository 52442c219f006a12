/** One JSON line in the function's log. Values are ids, codes and reasons: never what a person or an agent wrote. */
export function log(event: string, details: Record<string, unknown> = {}): void {
  console.log(JSON.stringify({ event, ...details }));
}

/** An error nobody foresaw, whole, for whoever operates this deployment. */
export function logFault(event: string, error: unknown, details: Record<string, unknown> = {}): void {
  const whole = error instanceof Error ? { name: error.name, message: error.message, stack: error.stack } : { error };
  const cause = error instanceof Error && error.cause !== undefined ? { cause: String(error.cause) } : {};
  console.error(JSON.stringify({ event, ...details, ...whole, ...cause }));
}
