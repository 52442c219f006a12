import {
  Autocomplete,
  type AutocompleteProps,
  NumberInput,
  type NumberInputProps,
  Select,
  type SelectProps,
  Switch,
  type SwitchProps,
  TagsInput,
  type TagsInputProps,
  Textarea,
  type TextareaProps,
  TextInput,
  type TextInputProps,
} from "@mantine/core";
import type { ComponentType, ReactNode } from "react";
import classes from "./fields.module.css";
import { ReadOnlyField, useReadOnly } from "./read-only.tsx";

interface Told {
  label?: ReactNode;
  description?: ReactNode;
  error?: ReactNode;
}

/** The line below a field is there from the start: an error takes the place of the description, and nothing moves. */
export function lineBelow({ description, error }: Told) {
  return {
    description: error ? undefined : description,
    inputWrapperOrder: ["label", "input", "description", "error"] as ("label" | "input" | "description" | "error")[],
    classNames: { root: classes.field, description: classes.line, error: classes.line },
  };
}

/** An input of Mantine's as a field of a form: with a line below, and as text where the form is only read. */
function field<P extends Told & { classNames?: unknown }>(
  Input: ComponentType<P>,
  textOf: (props: P) => ReactNode,
  isCode = false,
) {
  return function Field(props: P) {
    if (useReadOnly()) {
      return (
        <ReadOnlyField label={props.label} isCode={isCode}>
          {textOf(props)}
        </ReadOnlyField>
      );
    }
    const below = lineBelow(props);
    return <Input {...props} {...below} classNames={{ ...(props.classNames as object), ...below.classNames }} />;
  };
}

const textIn = ({ value }: { value?: unknown }) => String(value ?? "");

export const TextField = field<TextInputProps>(TextInput, textIn);
export const TextAreaField = field<TextareaProps>(Textarea, textIn, true);
export const NumberField = field<NumberInputProps>(NumberInput, textIn);
export const AutocompleteField = field<AutocompleteProps>(Autocomplete, textIn);
export const TagsField = field<TagsInputProps>(TagsInput, ({ value }) => value?.join(", "));
export const SelectField = field<SelectProps>(Select, ({ data, value, placeholder }) => {
  const labels = (data ?? []).map((each) =>
    typeof each === "object" && "value" in each ? [each.value, each.label] : [each, each],
  );
  return labels.find(([known]) => known === value)?.[1]?.toString() ?? value ?? placeholder;
});

export function SwitchField(props: SwitchProps) {
  if (!useReadOnly()) return <Switch {...props} />;
  return <ReadOnlyField label={props.label}>{props.checked ? "Yes" : "No"}</ReadOnlyField>;
}
