const full = "The disk that Errand keeps its data on is full. Free some space there, then try again.";
const readOnly =
  "Errand's data cannot be written: the place they are kept in is read-only. Make it writable, then try again.";

const codes: Record<string, string> = {
  ENOSPC: full,
  EDQUOT: full,
  EROFS: readOnly,
  EACCES: readOnly,
  EPERM: readOnly,
};

/**
 * Why nothing can be written on this machine at the moment, as a sentence, or undefined when it is nothing of the kind. On
 * one machine storage is a file: its engine answers DynamoDB's internal error, and says the cause in the message.
 */
export function storageTrouble(error: unknown): string | undefined {
  for (let each = error; each instanceof Error; each = each.cause) {
    const { code, $fault, message } = each as Error & { code?: unknown; $fault?: unknown };
    if (typeof code === "string" && Object.hasOwn(codes, code)) return codes[code];
    if ($fault !== "server") continue;
    if (/disk is full|no space left|ENOSPC|EDQUOT|quota exceeded/i.test(message)) return full;
    if (/readonly database|read-only file system|EROFS/i.test(message)) return readOnly;
  }
  return undefined;
}
