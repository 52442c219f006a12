import { Button, type ButtonProps, Menu, type MenuItemProps, Tooltip } from "@mantine/core";
import type { ComponentPropsWithoutRef, MouseEvent } from "react";
import type { Role } from "../../../contract/access.ts";
import { useWhyNot } from "../api/session.ts";

interface Guarded {
  /** The role without which the API would refuse it. */
  needs?: Role;
  /** Why it cannot be done now, a sentence; it goes behind what the role forbids. */
  disabledReason?: string | undefined;
}

/**
 * What a button that may not be used gets: it stays where it is, can be reached by keyboard, says why, and does nothing.
 */
function useGuard({ needs = "viewer", disabledReason }: Guarded) {
  const reason = useWhyNot(needs) ?? disabledReason;
  const off = { "data-disabled": true, "aria-disabled": true, onClick: (event: MouseEvent) => event.preventDefault() };
  return { reason, props: reason === undefined ? {} : off };
}

type Own<Element extends "button"> = Omit<ComponentPropsWithoutRef<Element>, "color" | "disabled">;

/** A button that either works or says why not. */
export function ActionButton({
  needs,
  disabledReason,
  ...rest
}: Guarded & Omit<ButtonProps, "disabled"> & Own<"button">) {
  const { reason, props } = useGuard({ needs, disabledReason });
  return (
    <Tooltip label={reason} disabled={reason === undefined} multiline maw={280}>
      <Button {...rest} {...props} {...(reason !== undefined && { type: "button" })} />
    </Tooltip>
  );
}

/** The same as an item of a menu, which shows the reason under its name. */
export function ActionMenuItem({
  needs,
  disabledReason,
  children,
  ...rest
}: Guarded & Omit<MenuItemProps, "disabled"> & Own<"button">) {
  const { reason, props } = useGuard({ needs, disabledReason });
  return (
    <Menu.Item {...rest} {...props} {...(reason !== undefined && { closeMenuOnClick: false, title: reason })}>
      {children}
    </Menu.Item>
  );
}
