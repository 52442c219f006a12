import { Group, SegmentedControl, Select, TextInput } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { sentence } from "../../lib/errors.ts";
import { type Days, dayFaults, type Period, periodLabels, periods } from "../../lib/period.ts";
import classes from "./costs.module.css";

const route = getRouteApi("/costs");
const options = periods.map((value) => ({ value, label: periodLabels[value] }));

/** Named periods, and days of one's own. Days are asked for as soon as both are in order. */
export function PeriodPicker({ period, from, to }: Days & { period: Period | "custom" }) {
  const navigate = route.useNavigate();
  const [typed, setTyped] = useState<Days>({ from, to });
  const faults = dayFaults(typed);
  const choose = (chosen: string | null) =>
    navigate({
      search: ({ by }) => ({ by, period: chosen === "this-month" ? undefined : (chosen as Period) }),
      replace: true,
    });
  const type = (change: Partial<Days>) => {
    const days = { ...typed, ...change };
    setTyped(days);
    if (Object.keys(dayFaults(days)).length === 0) {
      void navigate({ search: ({ by }) => ({ by, ...days }), replace: true });
    }
  };
  const day = (name: keyof Days, label: string) => (
    <TextInput
      type="date"
      label={label}
      value={typed[name]}
      onChange={(event) => type({ [name]: event.currentTarget.value })}
      error={faults[name] && sentence(faults[name])}
      className={classes.day}
    />
  );
  return (
    <Group className={classes.picker} align="flex-start" gap="sm">
      <SegmentedControl
        visibleFrom="md"
        aria-label="Period"
        data={options}
        value={period === "custom" ? "" : period}
        onChange={choose}
        className={classes.presets}
      />
      <Select
        hiddenFrom="md"
        label="Period"
        data={[...options, ...(period === "custom" ? [{ value: "custom", label: periodLabels.custom }] : [])]}
        value={period}
        onChange={(value) => value !== "custom" && choose(value)}
        allowDeselect={false}
        className={classes.periods}
      />
      {day("from", "From")}
      {day("to", "To")}
    </Group>
  );
}
