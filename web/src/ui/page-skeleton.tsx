import { Skeleton, Stack } from "@mantine/core";

/** While the code of a page is on its way. */
export function PageSkeleton() {
  return (
    <Stack role="status" aria-label="Loading" gap="lg">
      <Skeleton height={28} width={180} />
      <Skeleton height={320} radius="md" />
    </Stack>
  );
}
