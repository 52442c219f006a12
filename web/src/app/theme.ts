import { type CSSVariablesResolver, createTheme, type MantineColorsTuple, rem } from "@mantine/core";

const iris: MantineColorsTuple = [
  "#f1f2fe",
  "#e1e3fc",
  "#c3c7f9",
  "#a2a8f5",
  "#868df1",
  "#6a71ea",
  "#5359e0",
  "#454ac8",
  "#383ca4",
  "#2c2f82",
];
/** Neutral, and dark enough at 6 for small secondary text on white. */
const gray: MantineColorsTuple = [
  "#fafafa",
  "#f4f4f5",
  "#e7e7ea",
  "#d6d6da",
  "#c3c3ca",
  "#7c7c86",
  "#62626c",
  "#4a4a52",
  "#2b2b30",
  "#18181b",
];
const dark: MantineColorsTuple = [
  "#ececef",
  "#d0d0d6",
  "#a6a6b0",
  "#8b8b96",
  "#34343b",
  "#2b2b31",
  "#212126",
  "#17171a",
  "#111113",
  "#0b0b0d",
];
const red: MantineColorsTuple = [
  "#fef2f2",
  "#fde3e3",
  "#fac5c6",
  "#f5a0a3",
  "#ef7a7f",
  "#e4484f",
  "#cf2f38",
  "#b0232c",
  "#8c1d24",
  "#6f1a20",
];

/** The height of everything that is clicked or typed in, so that it lines up. */
const control = rem(32);

export const theme = createTheme({
  primaryColor: "iris",
  primaryShade: 6,
  colors: { iris, gray, dark, red },
  black: "#18181b",
  fontFamily:
    '"Inter Variable", ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "JetBrains Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace',
  fontSizes: { xs: "0.75rem", sm: "0.8125rem", md: "0.875rem", lg: "1rem", xl: "1.125rem" },
  defaultRadius: "sm",
  radius: { xs: "4px", sm: "6px", md: "8px", lg: "12px", xl: "16px" },
  headings: {
    fontWeight: "600",
    sizes: {
      h1: { fontSize: rem(22), lineHeight: rem(28) },
      h2: { fontSize: rem(15), lineHeight: rem(22) },
      h3: { fontSize: rem(13), lineHeight: rem(20) },
    },
  },
  cursorType: "pointer",
  respectReducedMotion: true,
  focusRing: "auto",
  // As plain data: the components themselves come with the pages that use them.
  components: {
    ActionIcon: {
      defaultProps: { variant: "subtle", color: "gray" },
      vars: (_theme: unknown, { size }: { size?: unknown }) => ({
        root: size === "lg" ? { "--ai-size": control } : {},
      }),
    },
    Alert: { defaultProps: { variant: "light" } },
    Badge: { defaultProps: { variant: "light", radius: "sm", tt: "none", fw: 500 } },
    Button: {
      vars: () => ({
        root: { "--button-height": control, "--button-padding-x": rem(12), "--button-fz": rem(13) },
      }),
      styles: { label: { fontWeight: 550 } },
    },
    Drawer: { defaultProps: { closeButtonProps: { "aria-label": "Close" } } },
    Input: { vars: () => ({ wrapper: { "--input-height": control, "--input-fz": rem(13) } }) },
    InputWrapper: {
      styles: {
        description: { fontSize: "var(--mantine-font-size-xs)" },
        error: { fontSize: "var(--mantine-font-size-xs)" },
      },
    },
    Loader: { defaultProps: { size: "sm" } },
    // The placeholder is no menu item, which assistive technology expects in a menu.
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
    Modal: {
      defaultProps: { closeButtonProps: { "aria-label": "Close" } },
      styles: {
        title: { fontWeight: 600, fontSize: "var(--mantine-font-size-lg)", lineHeight: 1.35 },
        content: { borderWidth: 0 },
      },
    },
    Notification: { defaultProps: { closeButtonProps: { "aria-label": "Close" } } },
    Paper: { defaultProps: { withBorder: true, radius: "md" } },
    SegmentedControl: { defaultProps: { withItemsBorders: false } },
    Table: {
      defaultProps: {
        verticalSpacing: "xs",
        horizontalSpacing: "sm",
        borderColor: "var(--mantine-color-default-border)",
        highlightOnHoverColor: "var(--mantine-color-default-hover)",
      },
    },
    Tooltip: { defaultProps: { openDelay: 250, withArrow: true, events: { hover: true, focus: true, touch: true } } },
  },
});

/** Where Mantine's own choice has too little contrast with these colours. */
export const cssVariables: CSSVariablesResolver = ({ colors }) => ({
  variables: {},
  light: {
    "--mantine-color-error": colors.red[7],
    "--mantine-color-placeholder": colors.gray[5],
    "--mantine-color-default-border": colors.gray[2],
    "--mantine-color-red-light-color": colors.red[7],
  },
  dark: {
    "--mantine-color-error": colors.red[4],
    "--mantine-color-placeholder": colors.dark[3],
    "--mantine-color-anchor": colors.iris?.[3] ?? "",
    "--mantine-color-default-border": colors.dark[5],
    "--mantine-color-gray-light": colors.dark[5],
    "--mantine-color-gray-light-hover": colors.dark[5],
    "--mantine-color-gray-light-color": colors.dark[1],
    "--mantine-color-red-light-color": colors.red[2],
  },
});
