/**
 * The names that are agreed on before the resources exist. They let the API, which must be deployed first because its
 * address is drawn by AWS, refer to the dispatcher without a cycle between the stacks.
 */
export function namesOf(stage: string, region: string) {
  return {
    stack: (noun: string) => `${stage}-errand-${noun}`,
    function: (name: string) => `${stage}-errand-${name}`,
    logGroup: (name: string) => `/errand/${stage}/${name}`,
    runLogGroup: `/errand/${stage}/runs`,
    taskFamily: (agent: string) => `errand-${stage}-${agent}`,
    cluster: `errand-${stage}`,
    /** Of an SSM parameter: the ids of the subnets that runners start in, with commas between. */
    subnets: `/errand/${stage}/subnets`,
    executionRole: `${stage}-errand-execution-${region}`,
    taskRole: (agent: string) => `${stage}-errand-${agent}-task-${region}`,
    scheduleGroup: `errand-${stage}`,
    /** What is named once for all regions of an account: roles, and everything of CloudFront's. */
    accountWide: (name: string) => `${stage}-errand-${name}-${region}`,
    schedulerRole: `${stage}-errand-scheduler-${region}`,
    scheduleDeadLetters: `${stage}-errand-schedule-dead-letters`,
    secretPrefix: `errand/${stage}/`,
    deploymentKey: `errand/${stage}/deployment-key`,
    /** Of SSM parameters: what the stage was deployed with. */
    settings: `/errand/${stage}/settings`,
  };
}
