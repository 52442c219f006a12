/** A source URL as its repository and the branch that it names. */
export function sourceOf(sourceUrl: string | null): { repository?: string; branch?: string } {
  if (sourceUrl === null) return {};
  const [repository = "", ...branch] = sourceUrl.split("#");
  return { repository, ...(branch.length > 0 && { branch: branch.join("#") }) };
}
