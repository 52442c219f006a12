import { AppShell, Box, Burger, Group } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Link, Outlet, useLocation } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useRef } from "react";
import { paths } from "../lib/paths.ts";
import { Logo } from "../ui/logo.tsx";
import { LiveRuns } from "./live-runs.tsx";
import { Navigation } from "./navigation.tsx";
import classes from "./shell.module.css";

// Nothing on the first page needs them: they come right behind it.
const Overlays = lazy(() => import("./overlays.tsx"));
const HeaderMenus = lazy(() => import("./header-menus.tsx"));

/** The frame around every page: header, navigation (a drawer on phones), and what runs now. */
export function Shell() {
  const [open, { toggle, close }] = useDisclosure(false);
  const { pathname } = useLocation();
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new page closes the drawer and takes the focus.
  useEffect(() => {
    close();
    if (!first.current) main.current?.focus({ preventScroll: true });
    first.current = false;
  }, [pathname]);
  return (
    <AppShell
      header={{ height: 52 }}
      navbar={{ width: 220, breakpoint: "sm", collapsed: { mobile: !open } }}
      padding={0}
      transitionDuration={150}
    >
      <a href="#main" className={classes.skip}>
        Skip to the page
      </a>
      <AppShell.Header className={classes.header}>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="xs" wrap="nowrap">
            <Burger
              opened={open}
              onClick={toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label="Navigation"
              aria-expanded={open}
            />
            <Link {...paths.home()} className={classes.home} aria-label="Errand, home">
              <Logo />
            </Link>
          </Group>
          <Group gap={4} wrap="nowrap" miw={72} justify="flex-end">
            <Suspense>
              <HeaderMenus />
            </Suspense>
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar className={classes.navbar}>
        <Navigation />
        <LiveRuns />
      </AppShell.Navbar>
      <AppShell.Main ref={main} id="main" tabIndex={-1} className={classes.main}>
        <Box className={classes.page}>
          <Outlet />
        </Box>
      </AppShell.Main>
      <Suspense>
        <Overlays />
      </Suspense>
    </AppShell>
  );
}
