import { Combobox, Kbd, Modal, ScrollArea, TextInput, useCombobox } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import classes from "./palette.module.css";
import { usePaletteItems } from "./palette-items.tsx";

/** Goes to anything and does the usual things, by a few letters. */
export default function Palette({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState("");
  const [mode, setMode] = useState<"all" | "run">("all");
  const combobox = useCombobox({ opened: true });
  const pickTask = () => {
    setMode("run");
    setText("");
  };
  const found = usePaletteItems(text.trim(), mode, pickTask);
  const shape = found.flatMap(({ items }) => items.map(({ id }) => id)).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is offered has changed, so the first of it is chosen.
  useEffect(() => void combobox.selectFirstOption(), [shape]);

  const choose = (id: string) => {
    const item = found.flatMap(({ items }) => items).find((one) => one.id === id);
    if (!item) return;
    if (!item.stays) onClose();
    item.act();
  };
  return (
    <Modal
      opened
      onClose={onClose}
      withCloseButton={false}
      padding={0}
      size={560}
      yOffset="12dvh"
      attributes={{ content: { "aria-label": "Search and actions" } }}
      transitionProps={{ duration: 0 }}
    >
      <Combobox store={combobox} onOptionSubmit={choose}>
        <Combobox.EventsTarget withExpandedAttribute>
          <TextInput
            data-autofocus
            role="combobox"
            aria-autocomplete="list"
            variant="unstyled"
            classNames={{ input: classes.input }}
            leftSection={<IconSearch size={18} stroke={1.7} aria-hidden />}
            leftSectionWidth={44}
            placeholder={mode === "run" ? "Run Now: search a task" : "Search tasks, runs and pages, or do something"}
            aria-label={mode === "run" ? "Task to run now" : "Search"}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
        </Combobox.EventsTarget>
        <ScrollArea.Autosize mah="min(420px, 60dvh)" type="auto" className={classes.list}>
          <Combobox.Options p={6} aria-label="Found">
            {found.map(({ title, items }) => (
              <Combobox.Group key={title} label={title}>
                {items.map(({ id, label, icon: Icon, note, off }) => (
                  <Combobox.Option key={id} value={id} className={classes.option} aria-disabled={off}>
                    <Icon size={17} stroke={1.7} aria-hidden />
                    <span className={classes.label}>{label}</span>
                    {note &&
                      (off || note.length > 4 ? (
                        <span className={classes.note}>{note}</span>
                      ) : (
                        <Kbd size="xs">{note}</Kbd>
                      ))}
                  </Combobox.Option>
                ))}
              </Combobox.Group>
            ))}
            {found.every(({ items }) => items.length === 0) && <Combobox.Empty>Nothing is called so.</Combobox.Empty>}
          </Combobox.Options>
        </ScrollArea.Autosize>
      </Combobox>
    </Modal>
  );
}
