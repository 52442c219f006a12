/** A name as it is kept: letters in their composed form (NFC), one plain space between words, none around them. */
export function tidyName(text: string): string {
  return text
    .normalize("NFC")
    .replace(/[\p{Zs}\t]+/gu, " ")
    .trim();
}

/**
 * What two names may not share: the same in any case, whether letters are composed or not, and whatever is not seen. Of
 * names in ASCII it is the lower case.
 */
export function nameKey(name: string): string {
  const seen = name.trim().replace(/[\u200c\u200d]/g, "");
  // Through the capitals: "ß" is "SS" there, and every sigma the same.
  return seen.normalize("NFC").toUpperCase().toLowerCase().normalize("NFC");
}

/** More marks on one letter than any language writes. */
const pile = /\p{M}{5,}/u;
/** Joiners belong between letters of scripts that join or stack their letters: Arabic, and those of India and around it. */
const joining =
  "[\\p{Script=Arabic}\\p{Script=Syriac}\\p{Script=Nko}\\p{Script=Mongolian}\\p{Script=Devanagari}\\p{Script=Bengali}" +
  "\\p{Script=Gurmukhi}\\p{Script=Gujarati}\\p{Script=Oriya}\\p{Script=Tamil}\\p{Script=Telugu}\\p{Script=Kannada}" +
  "\\p{Script=Malayalam}\\p{Script=Sinhala}\\p{Script=Myanmar}\\p{Script=Khmer}\\p{Script=Tibetan}]";
const joiner = new RegExp(`(?<=${joining})[\\u200c\\u200d](?=${joining})`, "gu");
const unseen = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

const codeOf = (character: string) =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;

/** What is wrong with any text that people read as a name; the end of a sentence, or undefined. */
export function labelFault(text: string, most: number): string | undefined {
  if (text === "") return "must not be empty";
  const hidden = unseen.exec(text.replace(joiner, ""))?.[0];
  if (hidden !== undefined) return `must not have characters that are not seen, such as ${codeOf(hidden)}`;
  if (pile.test(text.normalize("NFD"))) return "must not have more than four marks on one letter";
  const length = [...text].length;
  return length > most ? `must be at most ${most} characters, not ${length}` : undefined;
}

/** What is wrong with a name made of letters and digits of any script and these marks, beginning with a letter or a digit. */
export function nameFault(text: string, { most, marks, spoken }: { most: number; marks: string; spoken: string }) {
  if (text === "") return `must be 1 to ${most} letters, digits, ${spoken}`;
  const isOdd = (each: string) => !/[\p{L}\p{M}\p{N}]/u.test(each) && !marks.includes(each) && !unseen.test(each);
  const odd = [...text].find(isOdd);
  if (odd !== undefined) return `must be letters, digits, ${spoken}, not "${odd}"`;
  const [first = ""] = text;
  if (!/[\p{L}\p{N}]/u.test(first)) return `must begin with a letter or a digit, not with "${first}"`;
  return labelFault(text, most);
}
