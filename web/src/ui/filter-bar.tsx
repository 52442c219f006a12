import { Button, CloseButton, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import classes from "./filter-bar.module.css";

interface FilterBarProps {
  /** What is searched: "tasks". */
  noun: string;
  /** What the address says is looked for; `change` writes it there a moment after the last key. */
  q: string | undefined;
  onSearch: (q: string | undefined) => void;
  /** Whether anything at all is looked for or filtered by. */
  isSet: boolean;
  onClear: () => void;
  /** The filters: `OneOf`, `SomeOf`, `Period`. */
  children?: ReactNode;
  /** At the right: how much there is, a menu of views. */
  end?: ReactNode;
}

/** Search and filters above a list. It keeps nothing: what is set is in the address, so that it can be sent to somebody. */
export function FilterBar({ noun, q, onSearch, isSet, onClear, children, end }: FilterBarProps) {
  return (
    <search className={classes.bar} aria-label={`Filter ${noun}`}>
      <SearchField noun={noun} q={q} onSearch={onSearch} />
      {children}
      {isSet && (
        <Button variant="subtle" color="gray" px={8} onClick={onClear}>
          Clear all
        </Button>
      )}
      {end && <div className={classes.end}>{end}</div>}
    </search>
  );
}

function SearchField({ noun, q = "", onSearch }: Pick<FilterBarProps, "noun" | "q" | "onSearch">) {
  const [text, setText] = useState(q);
  const written = useRef(q);
  const apply = useDebouncedCallback((value: string) => {
    written.current = value;
    onSearch(value || undefined);
  }, 200);
  const write = (value: string) => {
    setText(value);
    apply(value);
  };
  // What the address says by itself is shown; what comes back of one's own typing takes back no later key.
  useEffect(() => {
    if (q === written.current) return;
    written.current = q;
    setText(q);
  }, [q]);
  return (
    <TextInput
      className={classes.search}
      aria-label={`Search ${noun}`}
      aria-keyshortcuts="/"
      placeholder={`Search ${noun}`}
      size="xs"
      leftSection={<IconSearch size={15} aria-hidden />}
      rightSection={
        text ? (
          <CloseButton size="sm" aria-label="Clear the search" onClick={() => write("")} />
        ) : (
          <kbd className={classes.key} aria-hidden>
            /
          </kbd>
        )
      }
      value={text}
      onChange={(event) => write(event.currentTarget.value)}
      // Who leaves the field may be going elsewhere: what is written to the address later would take them back.
      onBlur={() => apply.flush()}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        if (text) write("");
        else event.currentTarget.blur();
      }}
    />
  );
}
