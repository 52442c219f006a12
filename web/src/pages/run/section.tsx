import { Paper, Title, VisuallyHidden } from "@mantine/core";
import { type ReactNode, useId } from "react";

interface SectionProps {
  title: string;
  /** For those whose content says what they are. */
  hiddenTitle?: boolean;
  /** Its content has a frame of its own. */
  bare?: boolean;
  children: ReactNode;
}

/** A part of the page with its heading. */
export function Section({ title, hiddenTitle, bare, children }: SectionProps) {
  const id = useId();
  const heading = (
    <Title order={2} id={id} mb={8}>
      {title}
    </Title>
  );
  return (
    <section aria-labelledby={id} style={{ minWidth: 0 }}>
      {hiddenTitle ? <VisuallyHidden>{heading}</VisuallyHidden> : heading}
      {bare ? children : <Paper p="md">{children}</Paper>}
    </section>
  );
}
