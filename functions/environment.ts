import { randomBytes } from "node:crypto";
import { type Context, createContext, readConfig } from "../core/context.ts";

/** The functions' one look at the process: its environment, its clock and its randomness. */
export function contextOfProcess(): Context {
  return createContext(readConfig(process.env), { now: () => new Date(), random: (bytes) => randomBytes(bytes) });
}
