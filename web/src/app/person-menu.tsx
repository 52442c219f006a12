import { Avatar, Menu, UnstyledButton, useMantineColorScheme, VisuallyHidden } from "@mantine/core";
import { IconCheck, IconDeviceDesktop, IconKeyboard, IconLogout, IconMoon, IconSun } from "@tabler/icons-react";
import { useSession, useSignOut } from "../api/session.ts";
import { tellFailure } from "../lib/errors.ts";
import { showShortcuts } from "./palette-door.tsx";
import classes from "./person-menu.module.css";

const schemes = [
  { value: "light", label: "Light", icon: IconSun },
  { value: "dark", label: "Dark", icon: IconMoon },
  { value: "auto", label: "As the system", icon: IconDeviceDesktop },
] as const;

/** Who is signed in, how the console looks to them, and the way out. */
export default function PersonMenu({ named }: { named: boolean }) {
  const { data: session } = useSession();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const signOut = useSignOut();
  const leave = () => signOut.mutate(undefined, { onError: (error) => tellFailure("You are still signed in.", error) });
  return (
    <Menu position={named ? "top-start" : "bottom-end"} width={210}>
      <Menu.Target>
        <UnstyledButton className={classes.person} data-named={named || undefined}>
          <VisuallyHidden>Account</VisuallyHidden>
          <Avatar size={28} color="iris" radius="xl" aria-hidden>
            {(session?.name ?? "–").charAt(0).toUpperCase()}
          </Avatar>
          {named && (
            <span className={classes.who}>
              <span className={classes.name}>{session?.name ?? "Signed out"}</span>
              <span className={classes.role}>{session?.role ?? "The session has ended"}</span>
            </span>
          )}
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {session && (
          <Menu.Label>
            {session.name}, {session.role}
          </Menu.Label>
        )}
        {schemes.map(({ value, label, icon: Icon }) => (
          <Menu.Item
            key={value}
            leftSection={<Icon size={16} aria-hidden />}
            rightSection={value === colorScheme && <IconCheck size={14} aria-label="chosen" />}
            onClick={() => setColorScheme(value)}
          >
            {label}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<IconKeyboard size={16} aria-hidden />} onClick={showShortcuts}>
          Keyboard shortcuts
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={leave} disabled={!session}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
