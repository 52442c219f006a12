import { ColorSchemeToggle } from "./color-scheme-toggle.tsx";
import { UserMenu } from "./user-menu.tsx";

export default function HeaderMenus() {
  return (
    <>
      <ColorSchemeToggle />
      <UserMenu />
    </>
  );
}
