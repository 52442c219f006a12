import { ModalsProvider } from "@mantine/modals";
import { Notifications } from "@mantine/notifications";
import { useEffect } from "react";
import { noteReadyToAsk } from "../ui/confirm.tsx";

/** Where questions and notices appear that any page may raise. */
export default function Overlays() {
  // This effect comes after those of what is inside, by which questions are listened for.
  useEffect(noteReadyToAsk, []);
  return (
    <ModalsProvider>
      <Notifications position="top-right" />
    </ModalsProvider>
  );
}
