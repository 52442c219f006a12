import { Button, Group, Input, PasswordInput, Text } from "@mantine/core";
import { IconAlertTriangle, IconLock } from "@tabler/icons-react";
import { type ReactNode, useEffect, useRef } from "react";
import { misplaced, type SecretUse } from "../../../contract/secret-shape.ts";
import { kept, type SecretChange, type SecretState } from "../lib/secret-change.ts";
import { lineBelow } from "./fields.tsx";
import { ReadOnlyField, useReadOnly } from "./read-only.tsx";
import classes from "./secret-field.module.css";

interface SecretFieldProps {
  label: string;
  description: string;
  placeholder: string;
  /** What is stored now. */
  stored: SecretState;
  value: SecretChange;
  onChange: (value: SecretChange) => void;
  error?: ReactNode;
  /** What it is for: a value that looks like something else is remarked upon. */
  use: SecretUse;
}

/** A write-only value: says whether it is set, and keeps, replaces or removes it. What is stored never comes back. */
export function SecretField({ stored, value, onChange, ...field }: SecretFieldProps) {
  const place = useRef<HTMLDivElement>(null);
  const change = useFocusThatFollows(place, value.mode, onChange);
  const { label, error } = field;
  const told = lineBelow(field);
  if (useReadOnly()) return <ReadOnlyField label={label}>{stateText(stored)}</ReadOnlyField>;
  if (value.mode === "replace" || !stored.set) {
    const typed = value.mode === "replace" ? value.value : "";
    return (
      <div ref={place}>
        <PasswordInput
          label={label}
          {...told}
          placeholder={field.placeholder}
          value={typed}
          error={error}
          autoComplete="off"
          data-1p-ignore
          visibilityToggleButtonProps={{ "aria-label": `Show what ${label} is` }}
          onChange={(event) => onChange(typedIn(event.currentTarget.value, stored))}
          {...(stored.set && {
            inputContainer: (children) => (
              <Group gap="xs" wrap="nowrap" align="flex-start">
                <div className={classes.grow}>{children}</div>
                <Button
                  variant="default"
                  size="sm"
                  aria-label={`Keep the old one: ${label}`}
                  onClick={() => change(kept)}
                >
                  Keep the old one
                </Button>
              </Group>
            ),
          })}
        />
        <ShapeHint value={typed} use={field.use} />
      </div>
    );
  }
  return (
    <Input.Wrapper ref={place} label={label} {...told} error={error} labelElement="div">
      <Group className={classes.stored} gap="xs" role="group" aria-label={label}>
        <IconLock size={15} aria-hidden />
        <Text size="sm" className={classes.grow}>
          {value.mode === "remove" ? "Will be removed when you save" : stateText(stored)}
        </Text>
        {value.mode === "remove" ? (
          <Action word="Keep it" of={label} onClick={() => change(kept)} />
        ) : (
          <>
            <Action word="Replace" of={label} onClick={() => change({ mode: "replace", value: "" })} />
            <Action word="Remove" of={label} onClick={() => change({ mode: "remove" })} />
          </>
        )}
      </Group>
    </Input.Wrapper>
  );
}

function Action({ word, of, onClick }: { word: string; of: string; onClick: () => void }) {
  return (
    <Button variant="default" size="compact-xs" aria-label={`${word}: ${of}`} onClick={onClick}>
      {word}
    </Button>
  );
}

/** Where nothing is stored, an empty field changes nothing. */
function typedIn(value: string, stored: SecretState): SecretChange {
  return value === "" && !stored.set ? kept : { mode: "replace", value };
}

function stateText({ set, lastFour }: SecretState): string {
  if (!set) return "Not set";
  return lastFour ? `Set, ends in ${lastFour}` : "Set";
}

/** A change of mode takes the button away that was pressed: the focus goes to the first thing in its place. */
function useFocusThatFollows(
  place: React.RefObject<HTMLDivElement | null>,
  mode: SecretChange["mode"],
  onChange: (value: SecretChange) => void,
): (value: SecretChange) => void {
  const wanted = useRef(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the mode is what it waits for
  useEffect(() => {
    if (wanted.current) place.current?.querySelector<HTMLElement>("input, button")?.focus();
    wanted.current = false;
  }, [mode]);
  return (value) => {
    wanted.current = true;
    onChange(value);
  };
}

/** What a value looks like that seems to belong elsewhere. */
export function ShapeHint({ value, use }: { value: string; use: SecretUse }) {
  const shape = misplaced(value, use);
  return (
    <div role="status">
      {shape && (
        <div className={classes.hint}>
          <IconAlertTriangle size={13} aria-hidden />
          <span>This looks like {shape.name}.</span>
        </div>
      )}
    </div>
  );
}
