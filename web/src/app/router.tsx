import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  type RouteComponent,
  redirect,
} from "@tanstack/react-router";
import { paths } from "../lib/paths.ts";
import { costsSearch } from "../lib/search/costs.ts";
import { newTaskSearch } from "../lib/search/new-task.ts";
import { runsSearch } from "../lib/search/runs.ts";
import { taskSearch } from "../lib/search/task.ts";
import { formerTasksSearch, tasksSearch } from "../lib/search/tasks.ts";
import { parseSearch, stringifySearch } from "../lib/search-params.ts";
import { PageSkeleton } from "../ui/page-skeleton.tsx";
import { NotFound } from "./not-found.tsx";
import { PageError } from "./page-error.tsx";
import { Shell } from "./shell.tsx";

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound, errorComponent: PageError });
const under = { getParentRoute: () => root };

/** Each page is a file of its own that is loaded when it is first visited; it exports `Page`. */
const page = (load: () => Promise<{ Page: RouteComponent }>) => lazyRouteComponent(load, "Page");

/** Addresses that pages had before: links and bookmarks lead on. */
const formerAddresses = (
  [
    ["/settings", "/connect/credentials"],
    ["/settings/credentials", "/connect/credentials"],
    ["/settings/keys", "/connect/keys"],
    ["/settings/parameter-stores", "/connect/parameter-stores"],
  ] as const
).map(([path, to]) =>
  createRoute({
    ...under,
    path,
    beforeLoad: () => {
      throw redirect({ to, replace: true });
    },
  }),
);

const routes = [
  createRoute({ ...under, path: "/", component: page(() => import("../pages/home/page.tsx")) }),
  createRoute({
    ...under,
    path: "/tasks",
    validateSearch: tasksSearch,
    // Create Task, a task's form and its runs were dialogs over the table.
    beforeLoad: ({ location }) => {
      const { create, template, duplicate, edit, runs } = formerTasksSearch.parse(parseSearch(location.searchStr));
      const to = edit
        ? paths.task(edit, "settings")
        : runs
          ? paths.task(runs, "runs")
          : (create || duplicate) && paths.newTask({ template, from: duplicate });
      if (to) throw redirect({ ...to, replace: true });
    },
    component: page(() => import("../pages/tasks/page.tsx")),
  }),
  createRoute({
    ...under,
    path: "/tasks/new",
    validateSearch: newTaskSearch,
    component: page(() => import("../pages/new-task/page.tsx")),
  }),
  createRoute({
    ...under,
    path: "/tasks/$taskId",
    validateSearch: taskSearch,
    component: page(() => import("../pages/task/page.tsx")),
  }),
  createRoute({
    ...under,
    path: "/runs",
    validateSearch: runsSearch,
    component: page(() => import("../pages/runs/page.tsx")),
  }),
  createRoute({ ...under, path: "/runs/$runId", component: page(() => import("../pages/run/page.tsx")) }),
  createRoute({
    ...under,
    path: "/costs",
    validateSearch: costsSearch,
    component: page(() => import("../pages/costs/page.tsx")),
  }),
  createRoute({
    ...under,
    path: "/connect",
    beforeLoad: () => {
      throw redirect({ to: "/connect/credentials", replace: true });
    },
  }),
  createRoute({
    ...under,
    path: "/connect/credentials",
    component: page(() => import("../pages/connect/credentials.tsx")),
  }),
  createRoute({ ...under, path: "/connect/keys", component: page(() => import("../pages/connect/keys.tsx")) }),
  createRoute({
    ...under,
    path: "/connect/parameter-stores",
    component: page(() => import("../pages/connect/parameter-stores.tsx")),
  }),
  ...formerAddresses,
] as const;

export const router = createRouter({
  routeTree: root.addChildren(routes),
  defaultPreload: "intent",
  defaultPendingComponent: PageSkeleton,
  defaultPendingMs: 150,
  defaultErrorComponent: PageError,
  scrollRestoration: true,
  parseSearch,
  stringifySearch,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
