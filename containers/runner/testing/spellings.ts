/** How programs print a value: for tests that must not find it in what was shown. */
export const spellings: Record<string, (secret: string) => string> = {
  "as it is": (secret) => secret,
  "in a URL": encodeURIComponent,
  "in a URL, in lower case": (secret) => encodeURIComponent(secret).replace(/%../g, (digits) => digits.toLowerCase()),
  "in a URL, all of it": (secret) => percent(secret, () => true),
  "in a URL, every other byte": (secret) => percent(secret, (i) => i % 2 === 0),
  "in a URL in a URL": (secret) => encodeURIComponent(encodeURIComponent(secret)),
  "in a form": (secret) => new URLSearchParams({ a: secret }).toString().slice(2),
  "in JSON": (secret) => JSON.stringify(secret).slice(1, -1),
  "in JSON with slashes escaped": (secret) => JSON.stringify(secret).slice(1, -1).replaceAll("/", "\\/"),
  "in JSON in JSON": (secret) => JSON.stringify(JSON.stringify(secret)).slice(3, -3),
  "in JSON as JSON of ASCII only": (secret) =>
    JSON.stringify(secret)
      .slice(1, -1)
      .replace(/[<>&'\u007f-\uffff]/g, unicode),
  "as \\u escapes": (secret) => secret.replace(/[\s\S]/g, unicode),
  "as \\u escapes in upper case, some of it": (secret) =>
    secret.replace(/[!-[\]-~]/g, (unit, i) => (i % 3 ? unit : unicode(unit).toUpperCase().replace("U", "u"))),
  "as \\x escapes": (secret) => bytes(secret, (byte) => `\\x${hex(byte)}`),
  "as octal escapes": (secret) => bytes(secret, (byte) => `\\${byte.toString(8).padStart(3, "0")}`),
  "in single quotes of a shell": (secret) => secret.replaceAll("'", "'\\''"),
  "in single quotes of Python's shlex": (secret) => secret.replaceAll("'", `'"'"'`),
  "in double quotes of a shell": (secret) => secret.replace(/["\\$`]/g, "\\$&"),
  "with a backslash before whatever is not a letter": (secret) => secret.replace(/[!-/:-@[-`{-~]/g, "\\$&"),
  "in HTML": (secret) =>
    secret.replace(/[&<>"']/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c] ?? "&#39;"),
  "in HTML, by names": (secret) =>
    secret.replace(
      /[!-/=%ä]/g,
      (c) => ({ "!": "&excl;", "/": "&sol;", "=": "&equals;", "%": "&percnt;", "&": "&amp;", ä: "&auml;" })[c] ?? c,
    ),
  "in HTML, in decimals": (secret) => [...secret].map((c) => `&#${c.codePointAt(0)};`).join(""),
  "in HTML, in hex": (secret) => [...secret].map((c) => `&#x${c.codePointAt(0)?.toString(16)};`).join(""),
  "in hex": (secret) => bytes(secret, hex),
  "in hex with colons": (secret) => bytes(secret, (byte) => `${hex(byte)}:`).slice(0, -1),
  "coloured in the middle": (secret) => `${secret.slice(0, 3)}\x1b[1;31m${secret.slice(3)}\x1b[0m`,
  "coloured letter by letter": (secret) => [...secret].map((c) => `\x1b[38;5;${c.length}m${c}`).join(""),
  "coloured, in JSON": (secret) => JSON.stringify(`${secret.slice(0, 4)}\x1b[1m${secret.slice(4)}`).slice(1, -1),
  "with control characters inside": (secret) =>
    `${secret.slice(0, 3)}\0${secret.slice(3, 5)}\b\x7f\u200b${secret.slice(5)}`,
  "typed over": (secret) => [...secret].map((c) => `${c}\b${c}`).join(""),
  "underlined by typing over": (secret) => [...secret].map((c) => `_\b${c}`).join(""),
  "with marks that are not seen": (secret) => [...secret].join("\ufe0f\u034f\u{e0061}"),
  wrapped: (secret) => secret.replace(/[\s\S]{5}/g, "$&\r\n  "),
};

const hex = (byte: number) => byte.toString(16).padStart(2, "0");
const bytes = (text: string, spell: (byte: number) => string) => [...Buffer.from(text)].map(spell).join("");
const unicode = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;

function percent(secret: string, which: (i: number) => boolean): string {
  return [...secret].map((c, i) => (which(i) || /[^\w]/.test(c) ? bytes(c, (byte) => `%${hex(byte)}`) : c)).join("");
}
