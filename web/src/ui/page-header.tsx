import { Title } from "@mantine/core";
import { type ReactNode, useEffect } from "react";
import classes from "./page-header.module.css";

/** Names the browser's tab after the page. */
export function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Errand`;
  }, [title]);
}

interface PageHeaderProps {
  title: string;
  text?: ReactNode;
  /** Buttons on the heading's line; where a phone has no room for them there, below it. */
  children?: ReactNode;
}

/** The head of every page: its one h1, its buttons beside it, and a line about it. */
export function PageHeader({ title, text, children }: PageHeaderProps) {
  usePageTitle(title);
  return (
    <header className={classes.header}>
      <div className={classes.line}>
        <Title order={1} className={classes.title}>
          {title}
        </Title>
        {children && <div className={classes.actions}>{children}</div>}
      </div>
      {text && <div className={classes.text}>{text}</div>}
    </header>
  );
}
