import { ModalsProvider } from "@mantine/modals";
import { Notifications } from "@mantine/notifications";
import { useEffect } from "react";
import { noteReadyToAsk } from "../ui/confirm.tsx";
import classes from "./overlays.module.css";

/** Where questions and notices appear that any page may raise. */
export default function Overlays() {
  // This effect comes after those of what is inside, by which questions are listened for.
  useEffect(noteReadyToAsk, []);
  return (
    <ModalsProvider>
      <Notifications
        position="bottom-left"
        containerWidth={340}
        zIndex={450}
        classNames={{ root: classes.toasts, notification: classes.toast }}
      />
    </ModalsProvider>
  );
}
