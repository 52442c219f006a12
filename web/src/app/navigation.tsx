import { VisuallyHidden } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useLive } from "../api/live.ts";
import { useMay } from "../api/session.ts";
import { formatNumber } from "../format/number.ts";
import classes from "./navigation.module.css";
import { groups, type Place } from "./places.ts";

/** All pages in their groups, or those that a phone's bar has no room for. */
export function Navigation({ isRest = false }: { isRest?: boolean }) {
  const shown = groups
    .map(({ title, places }) => ({ title, places: places.filter(({ inBar }) => !(isRest && inBar)) }))
    .filter(({ places }) => places.length > 0);
  return (
    <nav aria-label={isRest ? "More pages" : "Main"} className={classes.navigation}>
      {shown.map(({ title, places }) => (
        <div key={title}>
          <p className={classes.group}>{title}</p>
          {places.map((place) => (
            <NavigationLink key={place.label} {...place} />
          ))}
        </div>
      ))}
    </nav>
  );
}

/** On a phone: what is gone to most, within the thumb's reach. */
export function PhoneBar({ children }: { children: React.ReactNode }) {
  const places = groups.flatMap((group) => group.places).filter(({ inBar }) => inBar);
  return (
    <nav aria-label="Main" className={classes.bar}>
      {places.map((place) => (
        <NavigationLink key={place.label} {...place} />
      ))}
      {children}
    </nav>
  );
}

function NavigationLink({ label, icon: Icon, to, needs = "viewer", counts }: Place) {
  const may = useMay(needs);
  if (!may) return null;
  return (
    <Link
      {...to}
      className={classes.link}
      title={label}
      activeOptions={{ exact: to.to === "/", includeSearch: false }}
      activeProps={{ "data-active": true, "aria-current": "page" } as object}
    >
      <Icon size={18} stroke={1.7} aria-hidden />
      <span className={classes.label}>{label}</span>
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
