/** Whether a text has every word of what was typed, in any case and order. */
export function hasEveryWord(text: string, typed: string): boolean {
  const lower = text.toLowerCase();
  return typed
    .toLowerCase()
    .split(/\s+/)
    .every((word) => lower.includes(word));
}
