import type { Trigger } from "../../../../contract/run.ts";

/** Why a run exists, in a word for people. */
export const triggerLabels: Record<Trigger, string> = {
  CRON: "Schedule",
  ONCE: "Once",
  MANUAL: "Run Now",
  WEBHOOK: "Webhook",
  ASSIGNMENT: "Assignment",
  MENTION: "Mention",
  CHAT: "Chat",
  SELF: "Follow-up",
  RETRY: "Retry",
};
