const line =
  /^[ \t]*(?:export[ \t]+)?([^\s=#"']+)[ \t]*=[ \t]*(?:"((?:\\[\s\S]|[^"\\])*)"|'([^']*)'|([^\r\n]*))[^\r\n]*$/gm;
const escapes: Record<string, string> = { n: "\n", r: "\r", t: "\t" };

/**
 * The variables of a .env text, in their order; the last of a name wins. Knows comments, `export`, quotes of both kinds,
 * and values of several lines in quotes. It does not put variables into each other: `$` stays as it is.
 */
export function parseDotenv(text: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const [, name = "", double, single, bare = ""] of text.replaceAll("\r\n", "\n").matchAll(line)) {
    found.delete(name);
    found.set(
      name,
      double?.replace(/\\([\s\S])/g, (_, char: string) => escapes[char] ?? char) ?? single ?? plain(bare),
    );
  }
  return found;
}

/** A value without quotes ends where a comment begins. */
function plain(bare: string): string {
  return bare.replace(/(^|\s)#.*$/, "").trim();
}
