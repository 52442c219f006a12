/** A character's number, and where its spelling ends. */
export interface Character {
  code: number;
  end: number;
}

/** Names of HTML for ASCII, with what they stand for, and of Latin-1 from 160 on, in order. */
const ascii =
  'Tab\t NewLine\n excl! quot" QUOT" num# dollar$ percnt% amp& AMP& apos\' lpar( rpar) ast* midast* plus+ comma, period. sol/ colon: semi; lt< LT< equals= gt> GT> quest? commat@ lsqb[ lbrack[ bsol\\ rsqb] rbrack] Hat^ lowbar_ UnderBar_ grave` lcub{ lbrace{ verbar| vert| VerticalLine| rcub} rbrace} hyphen- dash-';
const latin1 =
  "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml";

const named = new Map<string, number>([
  ...ascii.split(" ").map((entry): [string, number] => [entry.slice(0, -1), entry.charCodeAt(entry.length - 1)]),
  ...latin1.split(" ").map((name, i): [string, number] => [name, 160 + i]),
]);
/** These may go without a semicolon. */
const open = ["amp", "lt", "gt", "quot", "AMP", "LT", "GT", "QUOT"];
const LONGEST_NAME = 12;
const SEMICOLON = 0x3b;

/** The character reference that begins at this ampersand, and where it ends. */
export function entityAt(units: Uint16Array, at: number): Character | undefined {
  return units[at + 1] === 0x23 ? numberAt(units, at + 2) : nameAt(units, at + 1);
}

function numberAt(units: Uint16Array, at: number): Character | undefined {
  const hex = ((units[at] ?? 0) | 0x20) === 0x78;
  const start = hex ? at + 1 : at;
  let code = 0;
  let end = start;
  for (; end < units.length; end++) {
    const digit = hexAt(units, end, 1);
    if (digit < 0 || (!hex && digit > 9)) break;
    code = Math.min(code * (hex ? 16 : 10) + digit, 0x110000);
  }
  if (end === start || code > 0x10ffff) return undefined;
  return { code, end: units[end] === SEMICOLON ? end + 1 : end };
}

function nameAt(units: Uint16Array, at: number): Character | undefined {
  let name = "";
  for (let i = at; i < at + LONGEST_NAME + 1 && i < units.length; i++) {
    if (units[i] === SEMICOLON) {
      const code = named.get(name);
      if (code !== undefined) return { code, end: i + 1 };
      break;
    }
    name += String.fromCharCode(units[i] as number);
  }
  const known = open.find((it) => name.startsWith(it));
  return known === undefined ? undefined : { code: named.get(known) as number, end: at + known.length };
}

/** The number that so many hexadecimal digits are, or -1. */
export function hexAt(units: Uint16Array, at: number, digits: number): number {
  let value = 0;
  for (let i = at; i < at + digits; i++) {
    const unit = units[i] ?? 0;
    const lower = unit | 0x20;
    const digit = unit >= 0x30 && unit <= 0x39 ? unit - 0x30 : lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}
