import * as z from "zod";

/** Text without spaces around it. `faultOf` gives the end of a sentence about what is wrong: "must not be empty". */
export function checked(faultOf: (text: string) => string | undefined) {
  return z
    .string()
    .trim()
    .superRefine((text, context) => {
      const message = faultOf(text);
      if (message !== undefined) context.addIssue({ code: "custom", message });
    });
}

/** What is wrong with a name made of letters, digits and these marks, beginning with a letter or a digit. */
export function nameFault(text: string, { most, marks, spoken }: { most: number; marks: string; spoken: string }) {
  if (text === "") return `must be 1 to ${most} letters, digits, ${spoken}`;
  const odd = [...text].find((character) => !/[A-Za-z0-9]/.test(character) && !marks.includes(character));
  if (odd !== undefined) return `must be letters without accents, digits, ${spoken}, not "${odd}"`;
  if (!/^[A-Za-z0-9]/.test(text)) return `must begin with a letter or a digit, not with "${text[0]}"`;
  return text.length > most ? `must be at most ${most} characters, not ${text.length}` : undefined;
}
