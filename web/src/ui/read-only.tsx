import { Text } from "@mantine/core";
import { createContext, type ReactNode, useContext, useId } from "react";
import classes from "./read-only.module.css";

const ReadOnly = createContext(false);

/** Whether this part of the page is a form that is only read. */
export const useReadOnly = (): boolean => useContext(ReadOnly);

/**
 * The fields inside are text to read while `when` holds, for who may not change them: nothing looks as if one could type
 * into it. It is not for a session that has ended: what was typed stays.
 */
export function ReadOnlyForm({ when, children }: { when: boolean; children: ReactNode }) {
  return <ReadOnly value={when}>{children}</ReadOnly>;
}

interface ReadOnlyFieldProps {
  label: ReactNode;
  /** Keeps its lines as they are, in the type of code. */
  isCode?: boolean;
  children: ReactNode;
}

/** A field of a form that is only read: its name and what it holds; a dash where it holds nothing. */
export function ReadOnlyField({ label, isCode, children }: ReadOnlyFieldProps) {
  const id = useId();
  const isEmpty = children === undefined || children === null || children === "" || children === false;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is of fields, and these are none.
    <div role="group" aria-labelledby={id} className={classes.field}>
      <Text id={id} size="sm" c="dimmed">
        {label}
      </Text>
      <div className={isCode && !isEmpty ? classes.code : classes.value}>{isEmpty ? "–" : children}</div>
    </div>
  );
}
