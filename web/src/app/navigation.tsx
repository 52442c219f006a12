import { IconListCheck } from "@tabler/icons-react";
import { Link, type LinkProps } from "@tanstack/react-router";
import type { ComponentType } from "react";
import { paths } from "./paths.ts";
import classes from "./shell.module.css";

interface Entry {
  label: string;
  icon: ComponentType<{ size: number; stroke?: number; "aria-hidden"?: boolean }>;
  to: LinkProps;
}

const groups: { title?: string; entries: Entry[] }[] = [
  { entries: [{ label: "Tasks", icon: IconListCheck, to: paths.tasks() }] },
];

export function Navigation() {
  return (
    <nav aria-label="Main">
      {groups.map(({ title, entries }) => (
        <div key={title ?? ""}>
          {title && <p className={classes.group}>{title}</p>}
          {entries.map((entry) => (
            <NavigationLink key={entry.label} {...entry} />
          ))}
        </div>
      ))}
    </nav>
  );
}

function NavigationLink({ label, icon: Icon, to }: Entry) {
  return (
    <Link
      {...to}
      className={classes.link}
      activeOptions={{ exact: to.to === "/", includeSearch: false }}
      activeProps={{ "data-active": true, "aria-current": "page" } as object}
    >
      <Icon size={18} stroke={1.7} aria-hidden />
      {label}
    </Link>
  );
}
