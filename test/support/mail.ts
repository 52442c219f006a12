import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import PostalMime, { type Email } from "postal-mime";
import type { Stack } from "./stack.ts";

/** Every e-mail that SES has sent, as it lies in its file, oldest first. */
export function rawMails(stack: Stack): string[] {
  const folder = join(stack.dir, "aws", "mail");
  const files = readdirSync(folder).filter((file) => file.endsWith(".eml"));
  return files.sort().map((file) => readFileSync(join(folder, file), "utf8"));
}

/** The e-mails to this address. */
export async function mailsTo(stack: Stack, address: string): Promise<Email[]> {
  const mails = await Promise.all(rawMails(stack).map((raw) => PostalMime.parse(raw)));
  return mails.filter((mail) => mail.to?.some((to) => to.address === address));
}
