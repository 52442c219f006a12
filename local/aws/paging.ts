/** Cuts a page out of an ordered list. A token names the key of the last item of the page before. */
export function pageOf<T>(
  items: readonly T[],
  key: (item: T) => string,
  options: { limit: number; token: string | undefined; invalid: () => Error },
): { items: T[]; nextToken: string | undefined } {
  let start = 0;
  if (options.token !== undefined) {
    const last = Buffer.from(options.token, "base64url").toString("utf8");
    start = items.findIndex((item) => key(item) > last);
    if (last === "" || Buffer.from(last, "utf8").toString("base64url") !== options.token) throw options.invalid();
    if (start < 0) start = items.length;
  }
  const page = items.slice(start, start + options.limit);
  const last = page.at(-1);
  const more = start + page.length < items.length && last !== undefined;
  return { items: page, nextToken: more ? Buffer.from(key(last), "utf8").toString("base64url") : undefined };
}
