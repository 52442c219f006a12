/** A mail of plain text, in the words of RFC 5322: 7-bit lines, whatever the subject, the names and the text are made of. */
export function mimeOf(mail: { from: string; to: string; subject: string; text: string; date: Date }): string {
  const { name, address } = mailboxOf(oneLine(mail.from));
  const head = {
    From: name === "" ? address : `${words(name, phrase)} <${address}>`,
    To: oneLine(mail.to),
    Subject: words(oneLine(mail.subject), printable),
    Date: mail.date.toUTCString().replace("GMT", "+0000"),
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=utf-8",
    "Content-Transfer-Encoding": "quoted-printable",
    // RFC 3834: nobody's holiday notice answers a machine.
    "Auto-Submitted": "auto-generated",
  };
  const lines = Object.entries(head).map(([field, value]) => `${field}: ${value}`);
  return `${lines.join("\r\n")}\r\n\r\n${quotedPrintable(mail.text)}`;
}

/** Readable where it is ASCII, also for who opens the mail as a file; no line is longer than 76 characters. */
function quotedPrintable(text: string): string {
  const encoded = text.split(/\r?\n/).map((line) => {
    const units = [...Buffer.from(line, "utf8")].map((byte, index, bytes) => {
      const bare =
        byte === 0x20 || byte === 0x09 ? index < bytes.length - 1 : byte > 0x20 && byte < 0x7f && byte !== 0x3d;
      return bare ? String.fromCharCode(byte) : `=${byte.toString(16).toUpperCase().padStart(2, "0")}`;
    });
    const parts = [""];
    for (const unit of units) {
      if ((parts.at(-1) ?? "").length + unit.length > 75) parts.push("");
      parts[parts.length - 1] += unit;
    }
    return parts.join("=\r\n");
  });
  return encoded.join("\r\n");
}

/** The two parts of `Name <address>`; an address alone has the name "". */
export function mailboxOf(text: string): { name: string; address: string } {
  const match = /^\s*"?(.*?)"?\s*<([^<>]+)>\s*$/.exec(text);
  return match ? { name: match[1] ?? "", address: (match[2] ?? "").trim() } : { name: "", address: text.trim() };
}

/** What would end a header's line is a space in it. */
function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, " ");
}

/** What may stand bare in a name before an address, and in a field without structure such as a subject (RFC 5322). */
const phrase = /^[A-Za-z0-9 !#$%&'*+\-./=?^_`{|}~]*$/;
const printable = /^[\x20-\x7e]{0,900}$/;

/** As it is, where it is of letters that the field may hold bare; else in encoded words (RFC 2047), folded between them. */
function words(text: string, bare: RegExp): string {
  if (bare.test(text) && !text.includes("=?")) return text;
  const parts: string[] = [""];
  for (const letter of text) {
    // A line with such a word has 76 characters at most; 39 bytes leave room for a header's name. No letter is split.
    if (Buffer.byteLength((parts.at(-1) ?? "") + letter) > 39) parts.push("");
    parts[parts.length - 1] += letter;
  }
  return parts.map((part) => `=?utf-8?B?${Buffer.from(part, "utf8").toString("base64")}?=`).join("\r\n ");
}
