/** Runs a function in this process: an event comes by message, its result goes back by message. */
export function serve(handler: (event: never, context: never) => unknown): void {
  process.on("message", async ({ event }: { event: never }) => {
    try {
      process.send?.({ result: (await handler(event, {} as never)) ?? null });
    } catch (error) {
      process.send?.({ error: String(error) });
    }
  });
  process.send?.({ ready: true });
}
