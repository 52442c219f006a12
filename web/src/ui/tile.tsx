import { Paper, Skeleton, Text } from "@mantine/core";
import { Link, type LinkProps } from "@tanstack/react-router";
import type { ReactNode } from "react";
import classes from "./tile.module.css";

interface TileProps {
  label: string;
  /** Undefined while it is on its way. */
  value: ReactNode | undefined;
  /** A line under the figure. */
  note?: ReactNode;
  /** Beside the figure; may be a link of its own. */
  badge?: ReactNode;
  /** Where a click on the tile leads. */
  to?: LinkProps;
}

/** One figure with its name; as high while it loads as it is afterwards. */
export function Tile({ label, value, note, badge, to }: TileProps) {
  return (
    <Paper className={classes.tile} data-linked={to !== undefined || undefined}>
      <div className={classes.label}>
        {to ? (
          <Link {...to} className={classes.link}>
            {label}
          </Link>
        ) : (
          <span>{label}</span>
        )}
      </div>
      <div className={classes.value}>
        {value === undefined ? <Skeleton height={24} width={72} /> : value}
        {badge && <span className={classes.badge}>{badge}</span>}
      </div>
      <Text component="div" size="sm" c="dimmed" className={classes.note}>
        {value === undefined ? <Skeleton height={12} width="60%" /> : note}
      </Text>
    </Paper>
  );
}
