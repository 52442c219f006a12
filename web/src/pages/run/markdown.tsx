import { Anchor, Typography } from "@mantine/core";
import type { ReactNode } from "react";
import ReactMarkdown, { type Components } from "react-markdown";
import rehypeSanitize from "rehype-sanitize";
import remarkGfm from "remark-gfm";
import { plainText } from "../../../../contract/terminal-text.ts";
import classes from "./run.module.css";

/** A link out of the console: it opens beside it, and the other side learns nothing of where it came from. */
function Outward({ href, children }: { href?: string | undefined; children?: ReactNode }) {
  if (!href) return children;
  return (
    <Anchor href={href} target="_blank" rel="noopener noreferrer nofollow" underline="always" inherit>
      {children}
    </Anchor>
  );
}

const components: Components = {
  a: ({ href, children }) => <Outward href={href}>{children}</Outward>,
  // Nothing is fetched from elsewhere just because an agent wrote so.
  img: ({ src, alt }) => <Outward href={typeof src === "string" ? src : undefined}>{alt || "Image"}</Outward>,
  // The page has one h1 and its sections h2.
  h1: ({ children }) => <h3>{children}</h3>,
  h2: ({ children }) => <h4>{children}</h4>,
  h3: ({ children }) => <h5>{children}</h5>,
  h4: ({ children }) => <h6>{children}</h6>,
  h5: ({ children }) => <h6>{children}</h6>,
  // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reachable by keyboard.
  pre: ({ children }) => <pre tabIndex={0}>{children}</pre>,
  table: ({ children }) => (
    <div className={classes.wide}>
      <table>{children}</table>
    </div>
  ),
};

/** An agent's text as Markdown, with everything in it that could act taken out. */
export default function Markdown({ text }: { text: string }) {
  return (
    <Typography className={classes.markdown}>
      <ReactMarkdown remarkPlugins={[remarkGfm]} rehypePlugins={[rehypeSanitize]} components={components}>
        {plainText(text)}
      </ReactMarkdown>
    </Typography>
  );
}
