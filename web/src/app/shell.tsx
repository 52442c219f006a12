import { ActionIcon, AppShell, Box } from "@mantine/core";
import { IconDots, IconSearch } from "@tabler/icons-react";
import { Outlet, useLocation } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { useKept } from "../lib/kept.ts";
import navigation from "./navigation.module.css";
import { PhoneBar } from "./navigation.tsx";
import { openPalette, PaletteDoor } from "./palette-door.tsx";
import classes from "./shell.module.css";
import { Sidebar, WorkspaceLink } from "./sidebar.tsx";

// Nothing on the first page needs them: they come right behind it.
const Overlays = lazy(() => import("./overlays.tsx"));
const PersonMenu = lazy(() => import("./person-menu.tsx"));
const MoreSheet = lazy(() => import("./more-sheet.tsx"));

const narrow = 60;
const wide = 232;

/** The frame around every page: the sidebar, on phones a bar at the bottom instead, and what may appear above a page. */
export function Shell() {
  const [collapsed, setCollapsed] = useKept("errand.sidebar-collapsed", false);
  const [more, setMore] = useState(false);
  const { pathname } = useLocation();
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new page closes what covers it and takes the focus.
  useEffect(() => {
    setMore(false);
    if (!first.current) main.current?.focus({ preventScroll: true });
    first.current = false;
  }, [pathname]);
  return (
    <AppShell
      layout="alt"
      header={{ height: { base: 48, sm: 0 } }}
      footer={{ height: { base: 57, sm: 0 } }}
      navbar={{ width: collapsed ? narrow : wide, breakpoint: "sm", collapsed: { mobile: true } }}
      padding={0}
      transitionDuration={0}
    >
      <a href="#main" className={classes.skip}>
        Skip to the page
      </a>
      <AppShell.Header className={classes.header} hiddenFrom="sm">
        <WorkspaceLink />
        <ActionIcon size="lg" aria-label="Search" onClick={openPalette}>
          <IconSearch size={18} stroke={1.7} aria-hidden />
        </ActionIcon>
        <div className={classes.person}>
          <Suspense>
            <PersonMenu named={false} />
          </Suspense>
        </div>
      </AppShell.Header>
      <AppShell.Navbar className={classes.navbar} visibleFrom="sm">
        <Sidebar collapsed={collapsed} onToggle={() => setCollapsed(!collapsed)} />
      </AppShell.Navbar>
      <AppShell.Main ref={main} id="main" tabIndex={-1} className={classes.main}>
        <Box className={classes.page}>
          <Outlet />
        </Box>
      </AppShell.Main>
      <AppShell.Footer className={classes.footer} hiddenFrom="sm">
        <PhoneBar>
          <button type="button" className={navigation.link} aria-expanded={more} onClick={() => setMore(!more)}>
            <IconDots size={18} stroke={1.7} aria-hidden />
            <span className={navigation.label}>More</span>
          </button>
        </PhoneBar>
      </AppShell.Footer>
      <Suspense>
        {more && <MoreSheet onClose={() => setMore(false)} />}
        <Overlays />
      </Suspense>
      <PaletteDoor />
    </AppShell>
  );
}
