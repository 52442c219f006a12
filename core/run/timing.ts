/** The clock of a run, in seconds. Each number says who waits for what. */
export const timing = {
  /** A runner reports at least this often. */
  heartbeat: 60,
  /** After this much silence ECS is asked whether the container is still there. */
  silence: 150,
  /** After this much silence a run is taken from its runner, also when the container seems to be there. */
  lease: 180,
  /** How long a container may take from RunTask to redeeming its ticket. Fargate needs 30 to 90. */
  launchLease: 120,
  /** How often the sweep comes. */
  sweep: 60,
  ticket: 900,
  /** How long a runner may take to stop and report once a cancel or a deadline asks for it. */
  stopGrace: 60,
  /** The first wait after a launch for which there was no room; it doubles each time, up to the longest. */
  launchBackoff: 20,
  longestBackoff: 300,
  /** A slot delivered again sooner than this is a duplicate, not a dispatcher's successor. */
  takeover: 10,
} as const;

/** Containers a run may use. Only what infrastructure did is tried again; an agent that failed costs money to repeat. */
export const maxAttempts = 3;
