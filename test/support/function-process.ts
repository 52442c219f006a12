/** Runs one of the functions in this process: an event comes by message, its result goes back by message. */
const [, , name] = process.argv;
const { handler } = (await import(`../../functions/${name}.ts`)) as {
  handler: (event: unknown, context: unknown) => unknown;
};
process.on("message", async ({ event }: { event: unknown }) => {
  try {
    process.send?.({ result: (await handler(event, {})) ?? null });
  } catch (error) {
    process.send?.({ error: String(error) });
  }
});
process.send?.({ ready: true });
