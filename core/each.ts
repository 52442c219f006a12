/** How many things are done at a time: a call that hangs must not hold up the rest until the function is stopped. */
const atATime = 8;

/** Does a step with each item, in the order given, some at a time. */
export async function each<T>(items: Iterable<T>, step: (item: T) => Promise<void>): Promise<void> {
  const queue = items[Symbol.iterator]();
  const work = async () => {
    for (let next = queue.next(); !next.done; next = queue.next()) await step(next.value);
  };
  await Promise.all(Array.from({ length: atATime }, work));
}
