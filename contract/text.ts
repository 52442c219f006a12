import * as z from "zod";
import { tidyName } from "./name.ts";

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

/** A name, brought into the form in which it is kept. */
export function named(faultOf: (text: string) => string | undefined) {
  return z
    .string()
    .overwrite(tidyName)
    .superRefine((text, context) => {
      const message = faultOf(text);
      if (message !== undefined) context.addIssue({ code: "custom", message });
    });
}
