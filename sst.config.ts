import type { SSTConfig } from "sst";
import { Alarms } from "./stacks/alarms.ts";
import { Api } from "./stacks/api.ts";
import { deploymentOf } from "./stacks/deployment.ts";
import { Dispatch } from "./stacks/dispatch.ts";
import { Runners } from "./stacks/runners.ts";
import { Storage } from "./stacks/storage.ts";

export default {
  config() {
    return { name: "errand", region: "us-east-1" };
  },
  stacks(app) {
    const deployment = deploymentOf(app);
    const storage = new Storage(app, deployment);
    const runners = new Runners(app, deployment, storage);
    const api = new Api(app, deployment, storage, runners);
    const dispatch = new Dispatch(app, deployment, storage, runners, api);
    new Alarms(app, deployment, storage, dispatch, api);
  },
} satisfies SSTConfig;
