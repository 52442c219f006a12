import { CloseButton, Combobox, type ComboboxStore } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import type { ReactNode } from "react";
import classes from "../filter-bar.module.css";

interface PillProps {
  label: string;
  /** What is chosen, in words; undefined while nothing is. */
  chosen: string | undefined;
  store: ComboboxStore;
  onPick: (value: string) => void;
  onClear: () => void;
  width?: number;
  children: ReactNode;
}

/** A filter: its name, or what is chosen with a way to take it off; it opens what can be chosen. */
export function Pill({ label, chosen, store, onPick, onClear, width = 220, children }: PillProps) {
  return (
    <Combobox store={store} width={width} position="bottom-start" withinPortal onOptionSubmit={onPick}>
      <div className={classes.pill} data-set={chosen !== undefined || undefined}>
        <Combobox.Target targetType="button" withExpandedAttribute>
          <button
            type="button"
            role="combobox"
            aria-expanded={store.dropdownOpened}
            aria-label={chosen === undefined ? label : `${label}: ${chosen}`}
            className={classes.opener}
            onClick={() => store.toggleDropdown()}
          >
            {label}
            {chosen === undefined ? (
              <IconChevronDown size={14} aria-hidden />
            ) : (
              <span className={classes.chosen} title={chosen}>
                {chosen}
              </span>
            )}
          </button>
        </Combobox.Target>
        {chosen !== undefined && <CloseButton size="sm" mr={4} aria-label={`Any ${label}`} onClick={onClear} />}
      </div>
      <Combobox.Dropdown>{children}</Combobox.Dropdown>
    </Combobox>
  );
}
