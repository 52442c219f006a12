import { VisuallyHidden } from "@mantine/core";
import { IconHome } from "@tabler/icons-react";
import { Link, type LinkProps } from "@tanstack/react-router";
import type { ComponentType } from "react";
import type { Role } from "../../../contract/access.ts";
import { useLive } from "../api/live.ts";
import { useMay } from "../api/session.ts";
import { formatNumber } from "../format/number.ts";
import { paths } from "../lib/paths.ts";
import { CostIcon, CredentialIcon, KeyIcon, ParameterStoreIcon, RunIcon, TaskIcon } from "../ui/icons.ts";
import classes from "./shell.module.css";

interface Entry {
  label: string;
  icon: ComponentType<{ size: number; stroke?: number; "aria-hidden"?: boolean }>;
  to: LinkProps;
  /** The role without which there is nothing to see. */
  needs?: Role;
  /** Behind it stands how many runs wait and run now. */
  counts?: true;
}

const groups: { title: string; entries: Entry[] }[] = [
  {
    title: "Work",
    entries: [
      { label: "Home", icon: IconHome, to: paths.home() },
      { label: "Tasks", icon: TaskIcon, to: paths.tasks() },
      { label: "Runs", icon: RunIcon, to: paths.runs(), counts: true },
    ],
  },
  { title: "Insight", entries: [{ label: "Costs", icon: CostIcon, to: paths.costs() }] },
  {
    title: "Connect",
    entries: [
      { label: "Credentials", icon: CredentialIcon, to: paths.credentials() },
      { label: "Parameter stores", icon: ParameterStoreIcon, to: paths.parameterStores() },
      { label: "API keys", icon: KeyIcon, to: paths.keys(), needs: "admin" },
    ],
  },
];

export function Navigation() {
  return (
    <nav aria-label="Main">
      {groups.map(({ title, entries }) => (
        <div key={title}>
          <p className={classes.group}>{title}</p>
          {entries.map((entry) => (
            <NavigationLink key={entry.label} {...entry} />
          ))}
        </div>
      ))}
    </nav>
  );
}

function NavigationLink({ label, icon: Icon, to, needs = "viewer", counts }: Entry) {
  const may = useMay(needs);
  if (!may) return null;
  return (
    <Link
      {...to}
      className={classes.link}
      activeOptions={{ exact: to.to === "/", includeSearch: false }}
      activeProps={{ "data-active": true, "aria-current": "page" } as object}
    >
      <Icon size={18} stroke={1.7} aria-hidden />
      {label}
      {counts && <LiveCount />}
    </Link>
  );
}

function LiveCount() {
  const { data } = useLive();
  const count = data ? data.queued + data.running : 0;
  if (count === 0) return null;
  return (
    <span className={classes.count}>
      {formatNumber(count)}
      <VisuallyHidden> queued or running</VisuallyHidden>
    </span>
  );
}
