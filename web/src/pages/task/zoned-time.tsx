import { formatInstantIn, ownZone } from "../../format/instant.ts";

/** The same instant on the clocks of the schedule's zone, where that is another one than the person's. */
export function ZonedTime({ at, zone }: { at: string; zone: string | undefined }) {
  if (zone === undefined || zone === ownZone()) return <>your time, {ownZone()}</>;
  return (
    <>
      {formatInstantIn(at, zone)} in {zone}
    </>
  );
}
