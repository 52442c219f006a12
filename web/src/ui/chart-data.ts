export interface ChartData {
  /** One bar each: a number per series. */
  rows: ({ key: string; label: string } & Record<string, number | string>)[];
  series: { key: string; label: string; tone: "good" | "bad" | "neutral" | "accent"; whole?: true }[];
  format: (value: number) => string;
}
