/**
 * A request target as path and query, or undefined where somebody behind us could read it otherwise than we do. What is
 * checked is what is sent: nothing is decoded, resolved or normalised.
 */
export function readTarget(target: string): { path: string; query: string | null } | undefined {
  const mark = target.indexOf("?");
  const path = mark < 0 ? target : target.slice(0, mark);
  const query = mark < 0 ? null : target.slice(mark + 1);
  if (!path.startsWith("/") || (path !== "/" && path.slice(1).split("/").some(isOdd))) return undefined;
  if (query !== null && !/^[\w\-.~!$&'()*+,;=:@%/?[\]]*$/.test(query)) return undefined;
  return { path, query };
}

/** Empty, a dot segment, or one that becomes a dot segment or two segments when it is decoded once more than here. */
function isOdd(segment: string): boolean {
  if (!/^[\w\-.~!$&'()*+,;=:@%]+$/.test(segment)) return true;
  let text: string;
  try {
    text = decodeURIComponent(segment);
  } catch {
    return true;
  }
  // Dots, slashes and percent signs also have look-alikes that some servers take for them.
  const plain = text.normalize("NFKC");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what it is about
  return /[%/\\\u0000-\u001f\u007f]/.test(plain) || /^\s*\.{1,2}\s*(;|$)/.test(plain);
}
