import type { Observations } from "../observations.ts";
import type { Inspector } from "../route.ts";

/** Refuses calls beyond so many that were answered. Those under way count: they may all be answered. */
export function callLimit(most: number, observations: Observations): Inspector {
  let underWay = 0;
  return ({ endpoint }) => {
    if (endpoint.kind !== "call") return undefined;
    if (observations.answered + underWay >= most) {
      observations.turnsUsedUp = true;
      return { refuse: { status: 403, message: `The run's ${most} turns are used up.`, final: true } };
    }
    underWay++;
    return {
      watch: {
        end() {
          underWay--;
          return undefined;
        },
      },
    };
  };
}
