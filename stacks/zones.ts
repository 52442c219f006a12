export type Architecture = "arm64" | "x86_64";

/**
 * What the ids of a region's zones begin with, for the regions that have Fargate. The names of zones (us-east-1a) mean
 * something else in every account, their ids (use1-az1) do not.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/AWS_Fargate-Regions.html
 */
const PREFIX: Record<string, string> = {
  "af-south-1": "afs1",
  "ap-east-1": "ape1",
  "ap-northeast-1": "apne1",
  "ap-northeast-2": "apne2",
  "ap-northeast-3": "apne3",
  "ap-south-1": "aps1",
  "ap-south-2": "aps2",
  "ap-southeast-1": "apse1",
  "ap-southeast-2": "apse2",
  "ap-southeast-3": "apse3",
  "ap-southeast-4": "apse4",
  "ap-southeast-5": "apse5",
  "ap-southeast-7": "apse7",
  "ca-central-1": "cac1",
  "ca-west-1": "caw1",
  "eu-central-1": "euc1",
  "eu-central-2": "euc2",
  "eu-north-1": "eun1",
  "eu-south-1": "eus1",
  "eu-south-2": "eus2",
  "eu-west-1": "euw1",
  "eu-west-2": "euw2",
  "eu-west-3": "euw3",
  "il-central-1": "ilc1",
  "me-central-1": "mec1",
  "me-south-1": "mes1",
  "mx-central-1": "mxc1",
  "sa-east-1": "sae1",
  "us-east-1": "use1",
  "us-east-2": "use2",
  "us-west-1": "usw1",
  "us-west-2": "usw2",
};

/** Where a stage can stand. */
export const regions = Object.keys(PREFIX);

/** Zones that start no Fargate containers, of any architecture or of one. */
const WITHOUT_FARGATE: Record<Architecture | "any", readonly string[]> = {
  any: ["usw1-az2", "apne1-az3", "cac1-az3", "cac1-az4"],
  arm64: ["use1-az3"],
  x86_64: [],
};

const HOW_TO_SEE =
  "aws ec2 describe-availability-zones --query 'AvailabilityZones[].[ZoneId,ZoneName]' lists the zones of your account";

/**
 * The zones that runners start in, by id: those that the operator chose, or the region's first two that have Fargate.
 * Throws a sentence that says what to do where there are none, or where a chosen one cannot start them.
 */
export function zonesOf(region: string, architecture: Architecture, chosen: readonly string[]): string[] {
  const unable = [...WITHOUT_FARGATE.any, ...WITHOUT_FARGATE[architecture]];
  const prefix = PREFIX[region];
  if (chosen.length > 0) {
    for (const zone of chosen) {
      if (unable.includes(zone))
        throw new Error(`${zone} starts no ${architecture} containers. Take it out of ERRAND_ZONES (${HOW_TO_SEE}).`);
      if (prefix !== undefined && !zone.startsWith(`${prefix}-`))
        throw new Error(`${zone} is not a zone of ${region}. Change ERRAND_ZONES (${HOW_TO_SEE}).`);
    }
    return [...new Set(chosen)].sort();
  }
  if (prefix === undefined)
    throw new Error(`Which zones of ${region} have Fargate is not known here. Set ERRAND_ZONES (${HOW_TO_SEE}).`);
  return [1, 2, 3, 4]
    .map((number) => `${prefix}-az${number}`)
    .filter((zone) => !unable.includes(zone))
    .slice(0, 2);
}
