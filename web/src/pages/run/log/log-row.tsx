import {
  IconAlertTriangle,
  IconChevronRight,
  IconCornerDownRight,
  IconMessage2,
  IconPoint,
  IconTerminal2,
} from "@tabler/icons-react";
import { type ComponentType, memo } from "react";
import { plainText } from "../../../../../contract/terminal-text.ts";
import { formatClock, formatExact } from "../../../format/instant.ts";
import { formatBytes, formatNumber } from "../../../format/number.ts";
import classes from "./log.module.css";
import type { LogRow, TextLine, TextRow } from "./rows.ts";
import { Styled } from "./styled.tsx";

type Icon = ComponentType<{ size: number; stroke?: number; "aria-hidden"?: boolean }>;

/** The look of every kind: a new one does not compile until it has one. */
const looks: Record<TextLine["kind"], { icon: Icon; label: string }> = {
  system: { icon: IconPoint, label: "System" },
  assistant: { icon: IconMessage2, label: "Assistant" },
  tool_call: { icon: IconTerminal2, label: "Tool call" },
  tool_result: { icon: IconCornerDownRight, label: "Output" },
  error: { icon: IconAlertTriangle, label: "Error" },
};

interface RowProps {
  row: LogRow;
  index: number;
  measure: (element: Element | null) => void;
  pattern: RegExp | undefined;
  /** `linked` is the line that the address names, `current` where the keyboard or the search is. */
  mark: "linked" | "current" | undefined;
  showTime: boolean;
}

/** One row. What is clicked in it, the list finds out by its data attributes: thousands of rows have no handlers. */
export const Row = memo(function Row({ row, index, measure, pattern, mark, showTime }: RowProps) {
  if (row.type === "attempt") {
    return (
      <div ref={measure} data-index={index} className={classes.attempt}>
        Attempt {row.attempt}
      </div>
    );
  }
  if (row.type === "gap") {
    const { count, n, attempt } = row.line;
    return (
      <div ref={measure} data-index={index} className={classes.gap} data-place={`${attempt}.${n}`} data-mark={mark}>
        {count === 1 ? "1 line is missing here" : `${formatNumber(count)} lines are missing here`}
      </div>
    );
  }
  const { line } = row;
  const place = `${line.attempt}.${line.n}`;
  return (
    <div
      ref={measure}
      data-index={index}
      data-kind={line.kind}
      data-place={place}
      data-mark={mark}
      className={classes.row}
    >
      <a className={classes.number} href={`#L${place}`} aria-label={`Line ${line.n}`} tabIndex={-1}>
        {line.n}
      </a>
      {showTime && (
        <time className={classes.time} dateTime={line.t} title={formatExact(line.t)}>
          {formatClock(line.t)}
        </time>
      )}
      <Kind row={row} />
      <span className={classes.body} data-folded={(row.fold && !row.fold.open) || undefined}>
        <Head row={row} pattern={pattern} />
        <span className={classes.text}>
          <Styled text={row.text} spans={row.spans} pattern={pattern} />
        </span>
      </span>
    </div>
  );
});

function Kind({ row }: { row: TextRow }) {
  if (!row.isHead) return <span className={classes.kind} />;
  const { icon: Icon, label } = looks[row.line.kind];
  return (
    <span className={classes.kind} title={label}>
      <Icon size={15} stroke={1.8} aria-hidden />
      <span className={classes.spoken}>{label}: </span>
    </span>
  );
}

function Head({ row: { line, fold, isHead }, pattern }: { row: TextRow; pattern: RegExp | undefined }) {
  if (!isHead) return null;
  const name = plainText(line.tool ?? "Tool");
  const tool = line.kind === "tool_call" && (
    <span className={classes.tool}>
      <Styled text={name} pattern={pattern} />
    </span>
  );
  if (!fold) return tool || null;
  const size = fold.lines > 1 ? `${formatNumber(fold.lines)} lines` : formatBytes(fold.characters);
  return (
    <button type="button" className={classes.fold} data-fold={fold.id} aria-expanded={fold.open} tabIndex={-1}>
      <IconChevronRight size={14} stroke={2} aria-hidden className={classes.chevron} />
      {tool || <span className={classes.quiet}>Output</span>}
      <span className={classes.quiet}>{size}</span>
    </button>
  );
}
