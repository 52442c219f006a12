import { readFile } from "node:fs/promises";

/** A mail of ours as people read it: its headers, and its text out of quoted-printable. */
export async function readMail(file: string): Promise<string> {
  return readable(await readFile(file, "utf8"));
}

export function readable(mail: string): string {
  const whole = mail.replace(/=\r?\n/g, "").replace(/(=[0-9A-F]{2})+/g, (bytes) => {
    return Buffer.from(bytes.replaceAll("=", ""), "hex").toString("utf8");
  });
  return whole.replaceAll("\r\n", "\n");
}
