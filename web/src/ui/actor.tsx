import { Tooltip } from "@mantine/core";
import type { Requester } from "../../../contract/run.ts";
import classes from "./actor.module.css";
import { ErrandIcon, KeyIcon, PersonIcon } from "./icons.ts";

const kinds = {
  member: { icon: PersonIcon, word: "A person" },
  key: { icon: KeyIcon, word: "An API key" },
  system: { icon: ErrandIcon, word: "Errand itself" },
} satisfies Record<Requester["kind"], unknown>;

/** Who did or asked for something: a person, an API key, or Errand itself. */
export function Actor({ by }: { by: Requester | null }) {
  if (!by) return <span className={classes.unknown}>Not known</span>;
  const { icon: Icon, word } = kinds[by.kind];
  return (
    <Tooltip label={word}>
      <span className={classes.actor}>
        <Icon size={15} stroke={1.7} role="img" aria-label={word} />
        <span className={classes.name}>{by.name}</span>
      </span>
    </Tooltip>
  );
}
