import { Alert, Button, Collapse, Group, Stack, Text, Title } from "@mantine/core";
import { type UseFormReturnType, useForm } from "@mantine/form";
import { IconAlertTriangle, IconChevronDown, IconHistory } from "@tabler/icons-react";
import { type FormEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";
import { type Task, taskInput, taskPatch } from "../../../../contract/task.ts";
import { useMay } from "../../api/session.ts";
import { checkAfterEdit } from "../../lib/check-after-edit.ts";
import { explain } from "../../lib/errors.ts";
import { faultsOf, fieldsOfAnswer, placed } from "../../lib/form-errors.ts";
import { ActionButton } from "../action.tsx";
import { SwitchField, TextField } from "../fields.tsx";
import { ReadOnlyForm } from "../read-only.tsx";
import { AdvancedFields } from "./advanced-fields.tsx";
import { AgentFields } from "./agent-fields.tsx";
import { BasicFields } from "./basic-fields.tsx";
import { dropDraft, keepDraft, readDraft } from "./draft.ts";
import classes from "./form.module.css";
import { ScheduleFields } from "./schedule-fields.tsx";
import { SourceFields } from "./source-fields.tsx";
import { Summary } from "./summary.tsx";
import { advancedNames, bodyOf, fieldNames, patchOf, type TaskBody, type TaskValues } from "./values.ts";

interface TaskFormProps {
  /** The task that is edited; undefined for a new one. */
  task: Task | undefined;
  /** The task whose last run tells what a run costs: the one that is edited, or that is copied. */
  alike: Task | undefined;
  initial: TaskValues;
  /** Under which name unsaved changes are kept in this tab. */
  draftId: string;
  submitLabel: string;
  /** Sends the body: of a new task all of it, of an edited one what was changed. */
  save: (body: TaskBody | Partial<TaskBody>) => Promise<unknown>;
  onSaved: () => void;
  onCancel: (isDirty: boolean) => void;
}

/** The whole form of a task, for a new one and an old one alike, with what it comes to beside it. */
export function TaskForm(props: TaskFormProps) {
  const { task, alike, initial: given, draftId, submitLabel, save, onSaved, onCancel } = props;
  const mayChange = useMay("member");
  const [initial] = useState(given);
  const [draft] = useState(() => readDraft(draftId, initial));
  const [isRestored, setIsRestored] = useState(draft !== undefined);
  const [isSaving, setIsSaving] = useState(false);
  const [isAdvanced, setIsAdvanced] = useState(false);
  const [problems, setProblems] = useState<string[]>([]);
  const [attempts, setAttempts] = useState(0);
  const element = useRef<HTMLFormElement>(null);
  const schema = task ? taskPatch : taskInput;
  const form = useForm<TaskValues>({
    initialValues: draft ?? initial,
    validate: (values) => placed(faultsOf(schema, bodyOf(values)), fieldNames).fields,
  });
  const isDirty = JSON.stringify(form.values) !== JSON.stringify(initial);

  useEffect(() => {
    if (isDirty) keepDraft(draftId, initial, form.values);
    else dropDraft(draftId);
  }, [isDirty, form.values, initial, draftId]);

  useEffect(() => {
    if (attempts > 0) element.current?.querySelector<HTMLElement>("[aria-invalid=true], [data-problem]")?.focus();
  }, [attempts]);

  const isNew = task === undefined;
  useEffect(() => {
    // The page takes the focus when it comes; a new task begins with its name.
    if (!isNew) return;
    const frame = requestAnimationFrame(() => element.current?.querySelector<HTMLElement>("[data-path=name]")?.focus());
    return () => cancelAnimationFrame(frame);
  }, [isNew]);

  function refuse(errors: Record<string, string>, rest: string[]): void {
    form.setErrors(errors);
    setProblems(rest);
    if (Object.keys(errors).some((name) => advancedNames.includes(name))) setIsAdvanced(true);
    setAttempts((count) => count + 1);
  }

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (isSaving) return;
    const body = task ? patchOf(initial, form.values) : bodyOf(form.values);
    const known = faultsOf(schema, body);
    setIsSaving(true);
    setProblems([]);
    try {
      if (Object.keys(body).length > 0) await save(body);
      dropDraft(draftId);
      onSaved();
    } catch (error) {
      // Asked in any case: what only the server knows is told together with the rest.
      const { fields, rest } = placed({ ...fieldsOfAnswer(error), ...known }, fieldNames);
      const isPlaced = Object.keys(fields).length + rest.length > 0;
      refuse(fields, isPlaced ? rest : [explain(error).message]);
    } finally {
      setIsSaving(false);
    }
  }

  const startAfresh = () => {
    form.setValues(initial);
    form.clearErrors();
    setIsRestored(false);
  };

  return (
    <form
      ref={element}
      onSubmit={submit}
      onKeyDown={(event) => {
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) element.current?.requestSubmit();
      }}
      {...checkAfterEdit(form)}
      noValidate
      aria-label={submitLabel}
      className={classes.form}
    >
      <ReadOnlyForm when={!mayChange}>
        <div className={classes.columns}>
          <Stack gap="xl" miw={0}>
            {isRestored && <Restored startAfresh={startAfresh} />}
            {task?.disabledReason && (
              <Alert color="red" icon={<IconAlertTriangle aria-hidden />} title="Auto-disabled">
                {task.disabledReason} Enabling the task also resets its failure counter.
              </Alert>
            )}
            {task && (
              <SwitchField
                label="Enabled"
                description="A task that is not enabled keeps its definition and never runs by itself"
                {...form.getInputProps("enabled", { type: "checkbox" })}
              />
            )}
            <BasicFields form={form} />
            <Section title="Agent">
              <AgentFields form={form} />
            </Section>
            <Section title="Schedule">
              <ScheduleFields form={form} />
            </Section>
            <Section title="Repository">
              <SourceFields form={form} task={task} />
            </Section>
            <Section title="Notification">
              <TextField
                label="Notification Email"
                description="Told when a run completes or fails"
                type="email"
                {...form.getInputProps("notificationEmail")}
              />
            </Section>
            <Advanced form={form} task={task} isOpen={isAdvanced || !mayChange} setIsOpen={setIsAdvanced} />
            {problems.length > 0 && (
              <Alert color="red" role="alert" icon={<IconAlertTriangle aria-hidden />} data-problem tabIndex={-1}>
                {problems.map((problem) => (
                  <div key={problem}>{problem}</div>
                ))}
              </Alert>
            )}
          </Stack>
          <Summary values={form.values} task={task} alike={alike} />
        </div>
        <div className={classes.footer}>
          <Button variant="default" size="sm" onClick={() => onCancel(isDirty)}>
            Cancel
          </Button>
          <ActionButton needs="member" type="submit" size="sm" loading={isSaving}>
            {submitLabel}
          </ActionButton>
        </div>
      </ReadOnlyForm>
    </form>
  );
}

function Restored({ startAfresh }: { startAfresh: () => void }) {
  return (
    <Alert color="iris" icon={<IconHistory aria-hidden />}>
      <Group justify="space-between" gap="xs">
        <Text size="sm">What you typed before is back. Tokens and keys have to be entered again.</Text>
        <Button variant="default" onClick={startAfresh}>
          Start afresh
        </Button>
      </Group>
    </Alert>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <Title order={2} id={id} mb="xs">
        {title}
      </Title>
      {children}
    </section>
  );
}

interface AdvancedProps {
  form: UseFormReturnType<TaskValues>;
  task: Task | undefined;
  isOpen: boolean;
  setIsOpen: (isOpen: boolean) => void;
}

function Advanced({ form, task, isOpen, setIsOpen }: AdvancedProps) {
  return (
    <div>
      <Button
        variant="subtle"
        color="gray"
        px={6}
        ml={-6}
        aria-expanded={isOpen}
        onClick={() => setIsOpen(!isOpen)}
        rightSection={<IconChevronDown size={16} aria-hidden style={{ rotate: isOpen ? "180deg" : undefined }} />}
      >
        Advanced Settings
      </Button>
      <Collapse expanded={isOpen}>
        <AdvancedFields form={form} task={task} />
      </Collapse>
    </div>
  );
}
