import * as z from "zod";

const ascii = z.email();

/**
 * An e-mail address as it is delivered to: a domain in other letters is written in ASCII (xn--…), as mail servers know it.
 * In front of the @ there must be ASCII: Amazon SES takes nothing else.
 */
export const emailAddress = z
  .string()
  .trim()
  .transform((text, context) => {
    const address = delivered(text);
    const message = faultOf(text, address);
    if (message !== undefined) context.addIssue({ code: "custom", message, input: text });
    return address;
  });

function delivered(text: string): string {
  const at = text.lastIndexOf("@");
  const domain = text.slice(at + 1);
  if (at < 1 || isAscii(domain) || !/^[\p{L}\p{M}\p{N}.-]+$/u.test(domain) || !URL.canParse(`http://${domain}`))
    return text;
  return `${text.slice(0, at)}@${new URL(`http://${domain}`).hostname}`;
}

function faultOf(text: string, address: string): string | undefined {
  if (text === "") return "must not be empty";
  if (address.length > 254) return "must be at most 254 characters";
  if (ascii.safeParse(address).success) return undefined;
  if (/[<>]/.test(text)) return "must be the address alone, without a name and without < >";
  if (/[,;]/.test(text)) return "must be one address, not several";
  const [local = "", domain, ...more] = text.split("@");
  if (domain === undefined) return "must be an e-mail address, with an @ in it";
  if (more.length > 0) return "must have one @ only";
  if (/\s/.test(text)) return "must not have spaces or line breaks";
  if (!isAscii(local)) return "must have ASCII letters only before the @: mail to others cannot be sent";
  if (!domain.includes(".")) return "must have a domain such as example.com behind the @";
  return "must be an e-mail address";
}

function isAscii(text: string): boolean {
  return /^[\x21-\x7e]*$/.test(text);
}
