import { Drawer } from "@mantine/core";
import { LiveRuns } from "./live-runs.tsx";
import classes from "./more-sheet.module.css";
import { Navigation } from "./navigation.tsx";

/** On a phone: the pages that have no place in the bar, and what runs now. */
export default function MoreSheet({ onClose }: { onClose: () => void }) {
  return (
    <Drawer
      opened
      onClose={onClose}
      position="bottom"
      title="More"
      radius="lg"
      classNames={{ content: classes.sheet, header: classes.head, body: classes.body }}
    >
      <Navigation isRest />
      <LiveRuns />
    </Drawer>
  );
}
