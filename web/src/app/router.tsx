import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  type RouteComponent,
  redirect,
} from "@tanstack/react-router";
import { costsSearch } from "../lib/search/costs.ts";
import { runsSearch } from "../lib/search/runs.ts";
import { tasksSearch } from "../lib/search/tasks.ts";
import { parseSearch, stringifySearch } from "../lib/search-params.ts";
import { PageSkeleton } from "../ui/page-skeleton.tsx";
import { NotFound } from "./not-found.tsx";
import { PageError } from "./page-error.tsx";
import { Shell } from "./shell.tsx";

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound, errorComponent: PageError });
const under = { getParentRoute: () => root };

/** Each page is a file of its own that is loaded when it is first visited; it exports `Page`. */
const page = (load: () => Promise<{ Page: RouteComponent }>) => lazyRouteComponent(load, "Page");

const routes = [
  createRoute({ ...under, path: "/", component: page(() => import("../pages/dashboard/page.tsx")) }),
  createRoute({
    ...under,
    path: "/tasks",
    validateSearch: tasksSearch,
    component: page(() => import("../pages/tasks/page.tsx")),
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
    path: "/settings",
    beforeLoad: () => {
      throw redirect({ to: "/settings/credentials" });
    },
  }),
  createRoute({
    ...under,
    path: "/settings/credentials",
    component: page(() => import("../pages/settings/credentials.tsx")),
  }),
  createRoute({ ...under, path: "/settings/keys", component: page(() => import("../pages/settings/keys.tsx")) }),
  createRoute({
    ...under,
    path: "/settings/parameter-stores",
    component: page(() => import("../pages/settings/parameter-stores.tsx")),
  }),
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
