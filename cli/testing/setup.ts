import { onTestFinished } from "vitest";
import { TestApi } from "./api.ts";
import { type Ended, errand, type Running, type Surroundings, start } from "./command.ts";

/** An API, and the command as someone uses it who has named that API in the environment. */
export interface Setup {
  api: TestApi;
  env: Record<string, string>;
  errand(args: readonly string[], surroundings?: Surroundings): Promise<Ended>;
  start(args: readonly string[], surroundings?: Surroundings): Running;
}

export async function setUp(): Promise<Setup> {
  const api = new TestApi();
  await api.start();
  onTestFinished(() => api.stop());
  const env = { ERRAND_URL: api.url, ERRAND_API_KEY: api.key };
  const around = (surroundings: Surroundings = {}) => ({ ...surroundings, env: { ...env, ...surroundings.env } });
  return {
    api,
    env,
    errand: (args, surroundings) => errand(args, around(surroundings)),
    start: (args, surroundings) => start(args, around(surroundings)),
  };
}
