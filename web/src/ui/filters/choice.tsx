import { Combobox, useCombobox } from "@mantine/core";
import { IconCheck, IconSquare, IconSquareCheckFilled } from "@tabler/icons-react";
import { useState } from "react";
import classes from "../filter-bar.module.css";
import { Pill } from "./pill.tsx";

export interface Choice<Value extends string = string> {
  value: Value;
  label: string;
}

interface ChoiceProps<Value extends string> {
  label: string;
  choices: readonly Choice<Value>[];
  /** Asked for what matches as one types, where the choices are too many to be there at once. */
  onFind?: (text: string) => void;
}

/** A filter of which one value can be chosen. */
export function OneOf<Value extends string>({
  value,
  onChange,
  ...rest
}: ChoiceProps<Value> & { value: Value | undefined; onChange: (value: Value | undefined) => void }) {
  return (
    <Chooser
      {...rest}
      values={value === undefined ? [] : [value]}
      onPick={(picked) => onChange(picked === value ? undefined : picked)}
      onClear={() => onChange(undefined)}
    />
  );
}

interface ChooserProps<Value extends string> extends ChoiceProps<Value> {
  several?: true;
  values: readonly Value[];
  onPick: (value: Value) => void;
  onClear: () => void;
}

function Chooser<Value extends string>({
  label,
  choices,
  onFind,
  several,
  values,
  onPick,
  onClear,
}: ChooserProps<Value>) {
  const [text, setText] = useState("");
  const find = (next: string) => {
    setText(next);
    onFind?.(next);
  };
  const store = useCombobox({
    onDropdownOpen: () => onFind && store.focusSearchInput(),
    onDropdownClose: () => {
      store.resetSelectedOption();
      store.focusTarget();
      find("");
    },
  });
  const submit = (value: string) => {
    onPick(value as Value);
    if (!several) store.closeDropdown();
  };
  const named = values.map((value) => choices.find((each) => each.value === value)?.label ?? value);
  const chosen = named.length > 2 ? `${named.length} chosen` : named.join(", ");
  return (
    <Pill label={label} chosen={chosen || undefined} store={store} onPick={submit} onClear={onClear}>
      {onFind && (
        <Combobox.Search
          value={text}
          onChange={(event) => find(event.currentTarget.value)}
          placeholder={`Find a ${label.toLowerCase()}`}
          aria-label={`Find a ${label.toLowerCase()}`}
        />
      )}
      <Combobox.Options mah={280} style={{ overflowY: "auto" }} aria-label={label}>
        {choices.length === 0 && <Combobox.Empty>Nothing found</Combobox.Empty>}
        {choices.map(({ value, label: word }) => (
          <Combobox.Option key={value} value={value} active={values.includes(value)}>
            <span className={classes.option}>
              <Mark several={several} on={values.includes(value)} />
              <span title={word}>{word}</span>
            </span>
          </Combobox.Option>
        ))}
      </Combobox.Options>
    </Pill>
  );
}

function Mark({ several, on }: { several: true | undefined; on: boolean }) {
  if (!several) return <IconCheck size={14} style={{ opacity: on ? 1 : 0 }} aria-hidden />;
  const Icon = on ? IconSquareCheckFilled : IconSquare;
  return <Icon size={16} style={{ opacity: on ? 1 : 0.45 }} aria-hidden />;
}
