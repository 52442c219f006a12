import {
  Alert,
  Button,
  Collapse,
  Divider,
  Group,
  Stack,
  Switch,
  Text,
  Textarea,
  TextInput,
  Title,
} from "@mantine/core";
import { type UseFormReturnType, useForm } from "@mantine/form";
import { IconAlertTriangle, IconChevronDown, IconHistory } from "@tabler/icons-react";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { type Task, taskInput, taskPatch } from "../../../../../contract/task.ts";
import { explain } from "../../../lib/errors.ts";
import { faultsOf, fieldsOfAnswer, placed } from "../../../lib/form-errors.ts";
import { SecretField } from "../../../ui/secret-field.tsx";
import { AdvancedFields } from "./advanced-fields.tsx";
import { AgentFields } from "./agent-fields.tsx";
import { dropDraft, keepDraft, readDraft } from "./draft.ts";
import classes from "./form.module.css";
import { ScheduleFields } from "./schedule-fields.tsx";
import { advancedNames, bodyOf, fieldNames, patchOf, type TaskBody, type TaskValues } from "./values.ts";

interface TaskFormProps {
  /** The task that is edited; undefined for a new one. */
  task: Task | undefined;
  initial: TaskValues;
  /** Under which name unsaved changes are kept in this tab. */
  draftId: string;
  submitLabel: string;
  /** Sends the body: of a new task all of it, of an edited one what was changed. */
  save: (body: TaskBody | Partial<TaskBody>) => Promise<unknown>;
  onSaved: () => void;
  onCancel: () => void;
  onDirty: (dirty: boolean) => void;
}

/** The whole form of a task, for a new one and an old one alike. */
export function TaskForm({
  task,
  initial: given,
  draftId,
  submitLabel,
  save,
  onSaved,
  onCancel,
  onDirty,
}: TaskFormProps) {
  const [initial] = useState(given);
  const [draft] = useState(() => readDraft(draftId, initial));
  const [restored, setRestored] = useState(draft !== undefined);
  const [advanced, setAdvanced] = useState(false);
  const [isSaving, setIsSaving] = useState(false);
  const [problems, setProblems] = useState<string[]>([]);
  const [attempts, setAttempts] = useState(0);
  const element = useRef<HTMLFormElement>(null);
  const schema = task ? taskPatch : taskInput;
  const form = useForm<TaskValues>({
    initialValues: draft ?? initial,
    validateInputOnBlur: true,
    validate: (values) => placed(faultsOf(schema, bodyOf(values)), fieldNames).fields,
  });
  const dirty = JSON.stringify(form.values) !== JSON.stringify(initial);

  useEffect(() => {
    onDirty(dirty);
    if (dirty) keepDraft(draftId, initial, form.values);
    else dropDraft(draftId);
  }, [dirty, form.values, initial, draftId, onDirty]);

  useEffect(() => {
    if (attempts > 0) element.current?.querySelector<HTMLElement>("[aria-invalid=true], [data-problem]")?.focus();
  }, [attempts]);

  function refuse(errors: Record<string, string>, rest: string[]): void {
    form.setErrors(errors);
    setProblems(rest);
    if (Object.keys(errors).some((name) => advancedNames.includes(name))) setAdvanced(true);
    setAttempts((count) => count + 1);
  }

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (isSaving) return;
    const body = task ? patchOf(initial, form.values) : bodyOf(form.values);
    const faults = placed(faultsOf(schema, body), fieldNames);
    if (Object.keys(faults.fields).length + faults.rest.length > 0) return refuse(faults.fields, faults.rest);
    setIsSaving(true);
    setProblems([]);
    try {
      if (Object.keys(body).length > 0) await save(body);
      dropDraft(draftId);
      onSaved();
    } catch (error) {
      const answered = placed(fieldsOfAnswer(error) ?? {}, fieldNames);
      const isPlaced = Object.keys(answered.fields).length > 0;
      refuse(answered.fields, isPlaced ? answered.rest : [explain(error).message]);
    } finally {
      setIsSaving(false);
    }
  }

  const startAfresh = () => {
    form.setValues(initial);
    form.clearErrors();
    setRestored(false);
  };

  return (
    <form
      ref={element}
      onSubmit={submit}
      onKeyDown={(event) => {
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) element.current?.requestSubmit();
      }}
      noValidate
      aria-label={submitLabel}
    >
      <Stack gap="lg">
        {restored && (
          <Alert color="iris" icon={<IconHistory aria-hidden />}>
            <Group justify="space-between" gap="xs">
              <Text size="sm">What you typed before is back. Tokens and keys have to be entered again.</Text>
              <Button variant="default" onClick={startAfresh}>
                Start afresh
              </Button>
            </Group>
          </Alert>
        )}
        {task?.disabledReason && (
          <Alert color="red" icon={<IconAlertTriangle aria-hidden />} title="Auto-disabled">
            {task.disabledReason} Enabling the task also resets its failure counter.
          </Alert>
        )}
        {task && (
          <Switch
            label="Enabled"
            description="A task that is not enabled keeps its definition and never runs by itself"
            {...form.getInputProps("enabled", { type: "checkbox" })}
          />
        )}
        <BasicFields form={form} isNew={!task} />
        <Divider />
        <ScheduleFields form={form} />
        <Divider />
        <SourceFields form={form} task={task} />
        <Divider />
        <div>
          <Button
            variant="subtle"
            color="gray"
            px={6}
            ml={-6}
            aria-expanded={advanced}
            onClick={() => setAdvanced(!advanced)}
            rightSection={<IconChevronDown size={16} aria-hidden style={{ rotate: advanced ? "180deg" : undefined }} />}
          >
            Advanced Settings
          </Button>
          <Collapse expanded={advanced}>
            <AdvancedFields form={form} task={task} />
          </Collapse>
        </div>
        {problems.length > 0 && (
          <Alert color="red" role="alert" icon={<IconAlertTriangle aria-hidden />} data-problem tabIndex={-1}>
            {problems.map((problem) => (
              <div key={problem}>{problem}</div>
            ))}
          </Alert>
        )}
      </Stack>
      <div className={classes.footer}>
        <Button variant="default" size="sm" onClick={onCancel}>
          Cancel
        </Button>
        <Button type="submit" size="sm" loading={isSaving}>
          {submitLabel}
        </Button>
      </div>
    </form>
  );
}

type Form = UseFormReturnType<TaskValues>;

function BasicFields({ form, isNew }: { form: Form; isNew: boolean }) {
  return (
    <Stack gap="sm">
      <TextInput
        label="Name"
        required
        autoComplete="off"
        data-autofocus={isNew || undefined}
        placeholder="Nightly code review"
        {...form.getInputProps("name")}
      />
      <TextInput
        label="Description"
        description="For you and your team"
        autoComplete="off"
        {...form.getInputProps("description")}
      />
      <Textarea
        label="Prompt"
        description="The agent works alone: say all it needs to know, and when it is done."
        required
        autosize
        minRows={6}
        maxRows={12}
        classNames={{ input: classes.prompt }}
        {...form.getInputProps("prompt")}
      />
      <AgentFields form={form} />
    </Stack>
  );
}

function SourceFields({ form, task }: { form: Form; task: Task | undefined }) {
  return (
    <Stack gap="sm">
      <Title order={3}>Repository and notification</Title>
      <TextInput
        label="Source URL"
        description="A Git repository the agent gets a checkout of; #branch at its end chooses a branch"
        placeholder="https://github.com/owner/repository"
        type="url"
        spellCheck={false}
        {...form.getInputProps("sourceUrl")}
      />
      <SecretField
        use="gitToken"
        label="Git Token"
        description="A personal access token, for private repositories and for pushing. The agent never sees it."
        placeholder="ghp_…"
        stored={task?.gitToken ?? { set: false }}
        value={form.values.gitToken}
        error={form.errors.gitToken}
        onChange={(value) => form.setFieldValue("gitToken", value)}
      />
      <TextInput
        label="Notification Email"
        description="Told when a run completes or fails"
        type="email"
        placeholder="you@example.com"
        {...form.getInputProps("notificationEmail")}
      />
    </Stack>
  );
}
