import { ActionIcon, Menu } from "@mantine/core";
import { IconLogout } from "@tabler/icons-react";
import { useSession, useSignOut } from "../api/session.ts";
import { tellFailure } from "../lib/errors.ts";
import { PersonIcon } from "../ui/icons.ts";

export function UserMenu() {
  const { data: session } = useSession();
  const signOut = useSignOut();
  const leave = () => signOut.mutate(undefined, { onError: (error) => tellFailure("You are still signed in.", error) });
  return (
    <Menu position="bottom-end" width={200}>
      <Menu.Target>
        <ActionIcon size="lg" aria-label="Account" loading={signOut.isPending}>
          <PersonIcon size={20} stroke={1.7} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {session && (
          <Menu.Label>
            {session.name}, {session.role}
          </Menu.Label>
        )}
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={leave}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
