import { Button, Group, Stack, Textarea } from "@mantine/core";
import { useState } from "react";
import { parseDotenv } from "./dotenv.ts";
import classes from "./stores.module.css";

/** Takes the text of a .env file. */
export function PasteBox({ onAdd, onCancel }: { onAdd: (text: string) => void; onCancel: () => void }) {
  const [text, setText] = useState("");
  const count = parseDotenv(text).size;
  return (
    <Stack gap="xs">
      <Textarea
        label="Text of a .env file"
        description="One NAME=value a line; values of several lines in quotes."
        placeholder={"API_URL=https://api.example.com\nAPI_TOKEN=…"}
        rows={6}
        data-autofocus
        autoFocus
        spellCheck={false}
        autoComplete="off"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        error={text.trim() !== "" && count === 0 ? "There is no NAME=value in it" : undefined}
        classNames={{ input: classes.mono }}
      />
      <Group gap="xs">
        <Button variant="light" disabled={count === 0} onClick={() => onAdd(text)}>
          {count === 0 ? "Add variables" : `Add ${count} ${count === 1 ? "variable" : "variables"}`}
        </Button>
        <Button variant="subtle" color="gray" onClick={onCancel}>
          Cancel
        </Button>
      </Group>
    </Stack>
  );
}
