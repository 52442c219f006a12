import { useRunTask } from "../api/tasks.ts";
import { tellFailure, tellSuccess } from "../lib/errors.ts";
import { paths } from "../lib/paths.ts";

/** Run Now, and what is told of it, also when what asked is gone when the answer comes. */
export function useRunNow() {
  const run = useRunTask();
  return {
    isStarting: run.isPending,
    runNow: ({ id, name }: { id: string; name: string }) =>
      run
        .mutateAsync({ taskId: id, once: crypto.randomUUID() })
        .then((started) =>
          tellSuccess(`${name} is on its way.`, { link: { label: "View run", to: paths.run(started.id) } }),
        )
        .catch((error: unknown) => tellFailure(`${name} was not started.`, error)),
  };
}
