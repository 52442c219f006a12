import { Button, Group, Input, PasswordInput, Text } from "@mantine/core";
import { IconLock } from "@tabler/icons-react";
import { useRef } from "react";
import type { Task } from "../../../../../contract/task.ts";
import classes from "./form.module.css";
import type { SecretChange } from "./values.ts";

interface SecretFieldProps {
  label: string;
  description: string;
  placeholder: string;
  /** What is stored now. */
  stored: Task["gitToken"];
  value: SecretChange;
  error?: React.ReactNode;
  onChange: (value: SecretChange) => void;
}

/** A write-only field: says whether it is set, and replaces or clears it. What is stored never comes back. */
export function SecretField({ label, description, placeholder, stored, value, error, onChange }: SecretFieldProps) {
  const input = useRef<HTMLInputElement>(null);
  const replace = () => {
    onChange("");
    setTimeout(() => input.current?.focus());
  };
  if (!stored.set || typeof value === "string") {
    return (
      <PasswordInput
        ref={input}
        label={label}
        description={description}
        placeholder={placeholder}
        value={value ?? ""}
        error={error}
        autoComplete="off"
        data-1p-ignore
        onChange={(event) => onChange(event.currentTarget.value)}
        {...(stored.set && {
          inputContainer: (children) => (
            <Group gap="xs" wrap="nowrap" align="flex-start">
              <div className={classes.grow}>{children}</div>
              <Button variant="default" size="sm" onClick={() => onChange(undefined)}>
                Keep the old one
              </Button>
            </Group>
          ),
        })}
      />
    );
  }
  return (
    <Input.Wrapper label={label} description={description} error={error} labelElement="div">
      <Group className={classes.stored} gap="xs" mt={4} role="group" aria-label={label}>
        <IconLock size={15} aria-hidden />
        <Text size="sm" className={classes.grow}>
          {value === null
            ? "Will be cleared when you save"
            : `Set${stored.lastFour ? `, ends in ${stored.lastFour}` : ""}`}
        </Text>
        {value === null ? (
          <Button variant="default" size="compact-xs" onClick={() => onChange(undefined)}>
            Keep it
          </Button>
        ) : (
          <>
            <Button variant="default" size="compact-xs" onClick={replace}>
              Replace
            </Button>
            <Button variant="default" size="compact-xs" onClick={() => onChange(null)}>
              Clear
            </Button>
          </>
        )}
      </Group>
    </Input.Wrapper>
  );
}
