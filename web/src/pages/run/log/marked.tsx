/** A text with what was searched for marked in it. */
export function Marked({ text, pattern }: { text: string; pattern: RegExp | undefined }) {
  if (!pattern) return text;
  const every = new RegExp(`(${pattern.source})`, "gi");
  // Split by a pattern with one group, every second piece is a match.
  return text.split(every).map((piece, index) =>
    index % 2 === 1 ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the pieces have no other name, and never move.
      <mark key={index}>{piece}</mark>
    ) : (
      piece
    ),
  );
}
