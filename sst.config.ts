import type { SSTConfig } from "sst";
import { Alarms } from "./stacks/alarms.ts";
import { Api } from "./stacks/api.ts";
import { deploymentOf } from "./stacks/deployment.ts";
import { Dispatch } from "./stacks/dispatch.ts";
import { Network } from "./stacks/network.ts";
import { RunnerApi } from "./stacks/runner-api.ts";
import { Runners } from "./stacks/runners.ts";
import { Storage } from "./stacks/storage.ts";

export default {
  config() {
    return { name: "errand", region: "us-east-1" };
  },
  stacks(app) {
    const deployment = deploymentOf(app);
    const storage = new Storage(app, deployment);
    const network = new Network(app, deployment);
    const runnerApi = new RunnerApi(app, deployment, storage, network);
    const api = new Api(app, deployment, storage, network, runnerApi);
    const dispatch = new Dispatch(app, deployment, storage, network, runnerApi, api);
    new Runners(app, deployment, storage, runnerApi, [api, dispatch]);
    new Alarms(app, deployment, storage, dispatch, runnerApi, api);
  },
} satisfies SSTConfig;
