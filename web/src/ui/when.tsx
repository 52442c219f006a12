import { Tooltip } from "@mantine/core";
import { formatExact, formatInstant } from "../format/instant.ts";

/** An instant in local time; hovering shows it exactly. */
export function When({ at, none = "–" }: { at: string | null; none?: string }) {
  if (at === null) return <span>{none}</span>;
  return (
    <Tooltip label={formatExact(at)}>
      <time dateTime={at} style={{ whiteSpace: "nowrap" }}>
        {formatInstant(at)}
      </time>
    </Tooltip>
  );
}
