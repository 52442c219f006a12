import { ActionIcon, Kbd, Skeleton } from "@mantine/core";
import { IconLayoutSidebarLeftCollapse, IconLayoutSidebarLeftExpand, IconSearch } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { useWorkspace } from "../api/workspace.ts";
import { paletteKeys } from "../lib/keys.ts";
import { paths } from "../lib/paths.ts";
import { LiveRuns } from "./live-runs.tsx";
import { Navigation } from "./navigation.tsx";
import { openPalette } from "./palette-door.tsx";
import classes from "./sidebar.module.css";

const PersonMenu = lazy(() => import("./person-menu.tsx"));

interface SidebarProps {
  collapsed: boolean;
  onToggle: () => void;
}

/** The workspace, the way to everything in it, what runs now, and who is signed in. */
export function Sidebar({ collapsed, onToggle }: SidebarProps) {
  const Toggle = collapsed ? IconLayoutSidebarLeftExpand : IconLayoutSidebarLeftCollapse;
  return (
    <div className={classes.sidebar} data-collapsed={collapsed || undefined}>
      <div className={classes.top}>
        <WorkspaceLink />
        <ActionIcon
          size="lg"
          onClick={onToggle}
          aria-expanded={!collapsed}
          aria-label={collapsed ? "Show the names in the sidebar" : "Only icons in the sidebar"}
        >
          <Toggle size={18} stroke={1.6} aria-hidden />
        </ActionIcon>
      </div>
      <button type="button" className={classes.search} onClick={openPalette} aria-keyshortcuts="Control+K Meta+K">
        <IconSearch size={16} stroke={1.7} aria-hidden />
        <span className={classes.searchLabel}>Search</span>
        <Kbd size="xs" className={classes.keys} aria-hidden>
          {paletteKeys}
        </Kbd>
      </button>
      <div className={classes.middle}>
        <Navigation />
        {!collapsed && <LiveRuns />}
      </div>
      <div className={classes.person}>
        <Suspense fallback={<Skeleton height={28} circle />}>
          <PersonMenu named={!collapsed} />
        </Suspense>
      </div>
    </div>
  );
}

/** The workspace's name, which leads Home. */
export function WorkspaceLink() {
  const { data } = useWorkspace();
  return (
    <Link {...paths.home()} className={classes.workspace} aria-label={`${data?.name ?? "Errand"}, home`}>
      <img src="/icon.svg" width={24} height={24} alt="" />
      <span className={classes.workspaceName} title={data?.name}>
        {data ? data.name : <Skeleton height={12} width={90} component="span" display="block" />}
      </span>
    </Link>
  );
}
