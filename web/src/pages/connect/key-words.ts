import type { Role } from "../../../../contract/access.ts";

export const roleLabels: Record<Role, string> = { viewer: "Viewer", member: "Member", admin: "Admin", owner: "Owner" };

/** What a role may do, beyond what the roles before it may. */
export const roleWords: Record<Role, string> = {
  viewer: "sees everything, changes nothing",
  member: "also makes, changes and runs tasks",
  admin: "also manages credentials, keys and parameter stores",
  owner: "may do everything",
};

/** By level, 0 to 3. */
export const autonomyLabels = ["0 (read-only)", "1", "2", "3 (unattended)"] as const;

export const expiries = [
  { value: "30", label: "In 30 days" },
  { value: "90", label: "In 90 days" },
  { value: "365", label: "In a year" },
  { value: "never", label: "Never" },
] as const;
