import { List, Skeleton, Text } from "@mantine/core";
import { useTasks } from "../../../api/tasks.ts";

const mostNames = 20;

/** Which tasks use a store, for the question before it is deleted. */
export function StoreUsers({ name }: { name: string }) {
  const { data: tasks, error } = useTasks();
  if (error) return <Text size="sm">Runs of tasks that use it fail from then on. This cannot be undone.</Text>;
  if (!tasks) return <Skeleton height={40} />;
  const users = tasks.filter(({ parameterStore }) => parameterStore?.toLowerCase() === name.toLowerCase());
  if (users.length === 0) return <>No task uses it. Its variables are lost: this cannot be undone.</>;
  return (
    <>
      <Text size="sm">Runs of these tasks fail from then on:</Text>
      <List size="sm" my="xs">
        {users.slice(0, mostNames).map((task) => (
          <List.Item key={task.id}>{task.name}</List.Item>
        ))}
        {users.length > mostNames && <List.Item>{`and ${users.length - mostNames} more`}</List.Item>}
      </List>
      <Text size="sm">Its variables are lost: this cannot be undone.</Text>
    </>
  );
}
