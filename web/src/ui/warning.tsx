import { Alert } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import type { ReactNode } from "react";
import classes from "./warning.module.css";

/** Something to know before going on; nothing has failed. */
export function Warning({ title, children }: { title?: string; children: ReactNode }) {
  return (
    <Alert
      icon={<IconAlertTriangle size={18} aria-hidden />}
      title={title}
      classNames={{ root: classes.root, icon: classes.icon, title: classes.title, message: classes.message }}
    >
      {children}
    </Alert>
  );
}
