import { SimpleGrid, Text, Title } from "@mantine/core";
import { IconBook, IconGitPullRequest, IconPackages, IconTestPipe } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { schedulePresets } from "../../../../contract/schedule.ts";
import { type TaskTemplate, taskTemplates } from "../../../../contract/template.ts";
import { paths } from "../../lib/paths.ts";
import classes from "./templates.module.css";

const icons: Record<TaskTemplate["id"], typeof IconBook> = {
  "code-review": IconGitPullRequest,
  "dependency-updater": IconPackages,
  "test-writer": IconTestPipe,
  "documentation-generator": IconBook,
};

/** The starter templates: each opens Create Task with a prompt that can be used as it is. */
export function Templates({ title }: { title: string }) {
  return (
    <section aria-label={title}>
      <Title order={2} mb="sm">
        {title}
      </Title>
      <SimpleGrid cols={{ base: 1, xs: 2, lg: 4 }} spacing="sm">
        {taskTemplates.map(({ id, name, summary, preset }) => {
          const Icon = icons[id];
          return (
            <Link key={id} {...paths.newTask({ template: id })} className={classes.template}>
              <Icon size={22} stroke={1.6} aria-hidden />
              <Text fw={600}>{name}</Text>
              <Text size="sm" c="dimmed">
                {summary}
              </Text>
              <span className={classes.templateFoot}>{schedulePresets[preset].label}</span>
            </Link>
          );
        })}
      </SimpleGrid>
    </section>
  );
}
