/** Limits of a task's fields; bytes are counted in UTF-8. */
export const taskLimits = {
  promptBytes: 32 * 1024,
  nameLength: 80,
  toolLength: 400,
  toolsBytes: 16 * 1024,
  runsKept: 50,
  failuresBeforeDisable: 5,
  /** So long after its deletion a task can be restored. */
  restorableMinutes: 60,
} as const;

/** What a task has where nobody says otherwise: six hours to start. */
export const taskDefaults = { startWithinMinutes: 360 } as const;

export const overlaps = ["skip", "queue", "allow"] as const;
