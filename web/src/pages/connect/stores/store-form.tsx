import { Alert, Button, Group, Stack } from "@mantine/core";
import { type FormEvent, type ReactNode, useState } from "react";
import { explain } from "../../../lib/errors.ts";
import { fieldsOfAnswer, placed } from "../../../lib/form-errors.ts";
import { changeOf, type Row, type RowFault, rowFaults } from "./rows.ts";
import { VariableRows } from "./variable-rows.tsx";

interface StoreFormProps {
  rows: Row[];
  onRows: (rows: Row[]) => void;
  /** The fields above and below the variables, given what is wrong with them. */
  above?: (errors: Record<string, string>) => ReactNode;
  below?: (errors: Record<string, string>) => ReactNode;
  /** What is wrong with those fields, as far as this side can tell. */
  check: () => Record<string, string>;
  /** Names of those fields in what the API answers. */
  fields: readonly string[];
  save: () => Promise<unknown>;
  saving: boolean;
  button: string;
  failed: string;
  onCancel: () => void;
}

/** A store being made or changed: its variables, and around them what differs between the two. */
export function StoreForm({ rows, onRows, above, below, check, fields, save, ...rest }: StoreFormProps) {
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [faults, setFaults] = useState(new Map<number, RowFault>());
  const [problem, setProblem] = useState<string>();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const [own, ofRows] = [check(), rowFaults(rows)];
    setErrors(own);
    setFaults(ofRows);
    setProblem(undefined);
    if (Object.keys(own).length > 0 || ofRows.size > 0) return;
    await save().catch((error: unknown) => {
      const answer = placed(fieldsOfAnswer(error) ?? {}, fields);
      setErrors(answer.fields);
      if (Object.keys(answer.fields).length === 0) setProblem(answer.rest.join(". ") || explain(error).message);
    });
  };
  const edit = (next: Row[]) => {
    onRows(next);
    if (faults.size > 0) setFaults(rowFaults(next));
  };
  return (
    <form onSubmit={(event) => void submit(event)} noValidate autoComplete="off">
      <Stack gap="md">
        {above?.(errors)}
        <VariableRows rows={rows} faults={faults} onChange={edit} />
        {below?.(errors)}
        {problem && (
          <Alert color="red" title={rest.failed} role="alert">
            {problem}
          </Alert>
        )}
        <Group justify="flex-end" gap="xs">
          <Button size="sm" variant="default" onClick={rest.onCancel}>
            Cancel
          </Button>
          <Button size="sm" type="submit" loading={rest.saving}>
            {rest.button}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Whether a slip would lose something. */
export function isTyped(rows: readonly Row[]): boolean {
  const { set, remove } = changeOf(rows);
  return Object.keys(set).length + remove.length > 0;
}
