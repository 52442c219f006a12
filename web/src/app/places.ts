import { IconHome } from "@tabler/icons-react";
import type { LinkProps } from "@tanstack/react-router";
import type { ComponentType } from "react";
import type { Role } from "../../../contract/access.ts";
import { paths } from "../lib/paths.ts";
import { CostIcon, CredentialIcon, KeyIcon, ParameterStoreIcon, RunIcon, TaskIcon } from "../ui/icons.ts";

/** A page that people go to by its name. */
export interface Place {
  label: string;
  icon: ComponentType<{ size: number; stroke?: number; "aria-hidden"?: boolean }>;
  to: LinkProps;
  /** The role without which there is nothing to see. */
  needs?: Role;
  /** Behind it stands how many runs wait and run now. */
  counts?: true;
  /** On a phone it is in the bar at the bottom; the others are behind More. */
  inBar?: true;
  /** `g` and then this goes there. */
  letter: string;
}

/** The pages in their groups: the sidebar, a phone's bar, the palette and the keys all read this. */
export const groups: { title: string; places: Place[] }[] = [
  {
    title: "Work",
    places: [
      { label: "Home", icon: IconHome, to: paths.home(), inBar: true, letter: "h" },
      { label: "Tasks", icon: TaskIcon, to: paths.tasks(), inBar: true, letter: "t" },
      { label: "Runs", icon: RunIcon, to: paths.runs(), counts: true, inBar: true, letter: "r" },
    ],
  },
  { title: "Insight", places: [{ label: "Costs", icon: CostIcon, to: paths.costs(), letter: "c" }] },
  {
    title: "Connect",
    places: [
      { label: "Credentials", icon: CredentialIcon, to: paths.credentials(), letter: "a" },
      { label: "Parameter stores", icon: ParameterStoreIcon, to: paths.parameterStores(), letter: "p" },
      { label: "API keys", icon: KeyIcon, to: paths.keys(), needs: "admin", letter: "k" },
    ],
  },
];
