import { ModalsProvider } from "@mantine/modals";
import { Notifications } from "@mantine/notifications";

/** Where questions and notices appear that any page may raise. */
export default function Overlays() {
  return (
    <ModalsProvider>
      <Notifications position="top-right" />
    </ModalsProvider>
  );
}
