const own = new Intl.DateTimeFormat(undefined, { hour: "numeric" }).resolvedOptions();

/**
 * The console is written in English, so its dates and numbers are too: in the person's own English, else in that of
 * Europe. Whether a day has 24 hours or twice 12 stays the person's habit, whatever their language.
 */
export const language = /^en\b/.test(own.locale) ? own.locale : "en-GB";
export const { hourCycle } = own;
