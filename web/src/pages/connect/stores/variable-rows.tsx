import { ActionIcon, Button, Group, PasswordInput, Stack, Text, TextInput, Tooltip } from "@mantine/core";
import { IconArrowBackUp, IconClipboardText, IconPlus, IconTrash } from "@tabler/icons-react";
import { type ClipboardEvent, useState } from "react";
import { PasteBox } from "./paste-box.tsx";
import { emptyRow, type Row, type RowFault, withDotenv } from "./rows.ts";
import classes from "./stores.module.css";

interface VariableRowsProps {
  rows: Row[];
  faults: Map<number, RowFault>;
  onChange: (rows: Row[]) => void;
}

/** The variables of a store as rows of name and value. A .env text can be pasted whole. */
export function VariableRows({ rows, faults, onChange }: VariableRowsProps) {
  const [isPasting, setPasting] = useState(false);
  const change = (id: number, part: Partial<Row>) =>
    onChange(rows.map((row) => (row.id === id ? { ...row, ...part } : row)));
  const remove = (row: Row) =>
    row.kept ? change(row.id, { removed: !row.removed }) : onChange(rows.filter(({ id }) => id !== row.id));
  return (
    <Stack component="fieldset" gap="xs" className={classes.fieldset}>
      <Text component="legend" fw={600} size="sm" mb={6}>
        Variables
      </Text>
      {rows.map((row, index) => (
        <VariableRow
          key={row.id}
          row={row}
          number={index + 1}
          fault={faults.get(row.id)}
          onChange={(part) => change(row.id, part)}
          onRemove={() => remove(row)}
          onPasteAll={(text) => onChange(withDotenv(rows, text))}
        />
      ))}
      {isPasting ? (
        <PasteBox
          onAdd={(text) => {
            onChange(withDotenv(rows, text));
            setPasting(false);
          }}
          onCancel={() => setPasting(false)}
        />
      ) : (
        <Group gap="xs">
          <Button
            variant="default"
            leftSection={<IconPlus size={14} aria-hidden />}
            onClick={() => onChange([...rows, emptyRow()])}
          >
            Add variable
          </Button>
          <Button
            variant="default"
            leftSection={<IconClipboardText size={14} aria-hidden />}
            onClick={() => setPasting(true)}
          >
            Paste .env
          </Button>
        </Group>
      )}
    </Stack>
  );
}

interface VariableRowProps {
  row: Row;
  number: number;
  fault: RowFault | undefined;
  onChange: (part: Partial<Row>) => void;
  onRemove: () => void;
  onPasteAll: (text: string) => void;
}

function VariableRow({ row, number, fault, onChange, onRemove, onPasteAll }: VariableRowProps) {
  const called = row.name || `variable ${number}`;
  const verb = row.removed ? "Keep" : "Remove";
  const pasteAll = (event: ClipboardEvent<HTMLInputElement>) => {
    const text = event.clipboardData.getData("text");
    if (!text.includes("=")) return;
    event.preventDefault();
    onPasteAll(text);
  };
  return (
    <div className={classes.row} data-removed={row.removed || undefined}>
      <TextInput
        aria-label={`Name of ${called}`}
        placeholder="NAME"
        value={row.name}
        onChange={(event) => onChange({ name: event.currentTarget.value })}
        onPaste={pasteAll}
        readOnly={row.kept}
        error={fault?.name}
        autoComplete="off"
        spellCheck={false}
        className={classes.variable}
        classNames={{ input: classes.mono }}
      />
      <ValueInput row={row} called={called} error={fault?.value} onChange={(value) => onChange({ value })} />
      <Tooltip label={verb}>
        <ActionIcon size={36} onClick={onRemove} aria-label={`${verb} ${called}`}>
          {row.removed ? <IconArrowBackUp size={16} aria-hidden /> : <IconTrash size={16} aria-hidden />}
        </ActionIcon>
      </Tooltip>
    </div>
  );
}

interface ValueInputProps {
  row: Row;
  called: string;
  error: string | undefined;
  onChange: (value: string) => void;
}

/** A value is hidden as it is typed. One of several lines, such as a private key, cannot be edited, only replaced. */
function ValueInput({ row, called, error, onChange }: ValueInputProps) {
  const lines = row.value.split("\n").length;
  const paste = (event: ClipboardEvent<HTMLInputElement>) => {
    const text = event.clipboardData.getData("text").replaceAll("\r\n", "\n");
    if (!text.trim().includes("\n")) return;
    event.preventDefault();
    onChange(text);
  };
  if (row.removed)
    return (
      <TextInput
        value=""
        placeholder="Is removed when you save"
        readOnly
        aria-label={`Value of ${called}`}
        className={classes.value}
      />
    );
  if (lines > 1) {
    return (
      <TextInput
        aria-label={`Value of ${called}`}
        value={`${lines} lines`}
        readOnly
        error={error}
        className={classes.value}
        rightSectionWidth={64}
        rightSection={
          <Button variant="subtle" size="compact-xs" onClick={() => onChange("")} aria-label={`Clear ${called}`}>
            Clear
          </Button>
        }
      />
    );
  }
  return (
    <PasswordInput
      aria-label={`Value of ${called}`}
      placeholder={row.kept ? "Set; type to replace" : "Value"}
      value={row.value}
      onChange={(event) => onChange(event.currentTarget.value)}
      onPaste={paste}
      error={error}
      autoComplete="new-password"
      className={classes.value}
      visibilityToggleButtonProps={{ "aria-label": `Show what ${called} is` }}
    />
  );
}
