import { readFile } from "node:fs/promises";

/** A mail of ours as people read it: its headers, and its text out of base64. */
export async function readMail(file: string): Promise<string> {
  return readable(await readFile(file, "utf8"));
}

export function readable(mail: string): string {
  const [head = "", ...body] = mail.split(/\r?\n\r?\n/);
  if (!/^content-transfer-encoding: *base64/im.test(head)) return mail;
  return `${head}\n\n${Buffer.from(body.join(""), "base64").toString("utf8")}`;
}
