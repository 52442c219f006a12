/** The command without root's privileges, so that permissions mean to it what they mean to everybody else. */
export function asOrdinaryUser(command: [string, ...string[]]): [string, ...string[]] {
  if (process.getuid?.() !== 0) return command;
  return ["setpriv", "--inh-caps=-all", "--bounding-set=-all", "--no-new-privs", "--", ...command];
}
