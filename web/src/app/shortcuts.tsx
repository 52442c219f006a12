import { Kbd, Modal, Switch } from "@mantine/core";
import { useState } from "react";
import { paletteKeys, singleKeys } from "../lib/keys.ts";
import { groups } from "./places.ts";
import classes from "./shortcuts.module.css";

const general: [string, string][] = [
  [paletteKeys, "Search and actions"],
  ["/", "Go to the page's search"],
  ["c", "Create Task"],
  ["j", "Next row of a list"],
  ["k", "Row before it"],
  ["Enter", "Open the row"],
  ["?", "This list"],
];

/** What the keyboard does. */
export default function Shortcuts({ onClose }: { onClose: () => void }) {
  const [on, setOn] = useState(singleKeys.areOn);
  const pages = groups.flatMap(({ places }) =>
    places.map(({ letter, label }): [string, string] => [`g ${letter}`, label]),
  );
  return (
    <Modal opened onClose={onClose} title="Keyboard shortcuts" size={560}>
      <div className={classes.columns}>
        <Keys title="Anywhere" keys={general} />
        <Keys title="Go to" keys={pages} />
      </div>
      <Switch
        mt="lg"
        label="Letters alone are shortcuts"
        checked={on}
        onChange={({ currentTarget: { checked } }) => {
          singleKeys.set(checked);
          setOn(checked);
        }}
      />
    </Modal>
  );
}

function Keys({ title, keys }: { title: string; keys: [string, string][] }) {
  return (
    <section>
      <h3 className={classes.title}>{title}</h3>
      <dl className={classes.keys}>
        {keys.map(([key, does]) => (
          <div key={key}>
            <dt>{does}</dt>
            <dd>
              {key.split(" ").map((part) => (
                <Kbd key={part} size="xs">
                  {part}
                </Kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
