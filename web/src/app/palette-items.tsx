import { useMantineColorScheme } from "@mantine/core";
import { IconKeyboard, IconMoon, IconPlus, IconSun } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { idSchema } from "../../../contract/id.ts";
import { useLive } from "../api/live.ts";
import { useMay, useWhyNot } from "../api/session.ts";
import { useTasks } from "../api/tasks.ts";
import { paths } from "../lib/paths.ts";
import { hasEveryWord } from "../lib/words.ts";
import { RunIcon, TaskIcon } from "../ui/icons.ts";
import { useRunNow } from "../ui/use-run-now.ts";
import { showShortcuts } from "./palette-door.tsx";
import { groups, type Place } from "./places.ts";

export interface Item {
  id: string;
  label: string;
  icon: Place["icon"];
  /** What stands at the right: a key, or why it cannot be done. */
  note?: string | undefined;
  off?: boolean;
  /** Keeps the palette open. */
  stays?: boolean;
  act: () => void;
}

export interface ItemGroup {
  title: string;
  items: Item[];
}

/** What the palette offers for what is typed: pages, actions, tasks by name, runs by id or task. */
export function usePaletteItems(query: string, mode: "all" | "run", pickTask: () => void): ItemGroup[] {
  const navigate = useNavigate();
  const whyNot = useWhyNot("member");
  const isAdmin = useMay("admin");
  const { setColorScheme } = useMantineColorScheme();
  const tasks = useTasks();
  const live = useLive();
  const { runNow } = useRunNow();
  const has = (text: string) => hasEveryWord(text, query);

  const found = (tasks.data ?? []).filter(({ name }) => has(name)).slice(0, 8);
  if (mode === "run") {
    const items = found.map(({ id, name }) => ({
      id,
      label: name,
      icon: RunIcon,
      act: () => void runNow({ id, name }),
    }));
    return [{ title: "Run Now", items }];
  }

  const pages = groups.flatMap(({ title, places }) =>
    places
      .filter(({ needs }) => needs !== "admin" || isAdmin)
      .filter(({ label }) => has(`${title} ${label}`))
      .map(({ label, icon, to, letter }) => ({
        id: `page ${label}`,
        label,
        icon,
        note: `g ${letter}`,
        act: () => void navigate(to),
      })),
  );
  const actions: Item[] = [
    {
      id: "create",
      label: "Create Task",
      icon: IconPlus,
      note: "c",
      act: () => void navigate(paths.newTask()),
    },
    { id: "run-now", label: "Run Now …", icon: RunIcon, stays: true, act: pickTask },
  ].map((item) => (whyNot === undefined ? item : { ...item, off: true, note: whyNot, act: () => {}, stays: true }));
  actions.push(
    { id: "keys", label: "Keyboard shortcuts", icon: IconKeyboard, note: "?", act: showShortcuts },
    { id: "light", label: "Light colours", icon: IconSun, act: () => setColorScheme("light") },
    { id: "dark", label: "Dark colours", icon: IconMoon, act: () => setColorScheme("dark") },
  );
  const runId = idSchema("run").safeParse(query).data;
  const runs = (live.data?.latest ?? []).filter(({ taskName }) => query !== "" && has(taskName));
  return [
    {
      title: "Runs",
      items: [
        ...(runId
          ? [{ id: runId, label: runId, icon: RunIcon, note: "View run", act: () => void navigate(paths.run(runId)) }]
          : []),
        ...runs.map(({ id, taskName }) => ({
          id,
          label: taskName,
          icon: RunIcon,
          note: "Latest runs",
          act: () => void navigate(paths.run(id)),
        })),
      ],
    },
    {
      title: "Tasks",
      items:
        query === ""
          ? []
          : found.map(({ id, name }) => ({
              id,
              label: name,
              icon: TaskIcon,
              act: () => void navigate(paths.task(id)),
            })),
    },
    { title: "Actions", items: actions.filter(({ label }) => has(label)) },
    { title: "Pages", items: pages },
  ].filter(({ items }) => items.length > 0);
}
