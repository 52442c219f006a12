import { CloudFormationClient, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { paginateGetParametersByPath, SSMClient } from "@aws-sdk/client-ssm";
import { namesOf } from "../stacks/names.ts";
import { settingVariables } from "../stacks/settings.ts";
import { regions } from "../stacks/zones.ts";
import { Refusal } from "./arguments.ts";
import type { Standing, Variables } from "./settle.ts";

/** What AWS answers for a region that the account has not enabled, or that an organization's policy closes. */
const CLOSED = new Set([
  "UnrecognizedClientException",
  "InvalidClientTokenId",
  "AccessDenied",
  "AccessDeniedException",
  "OptInRequired",
]);

export const NEW_STAGE_REGION = "us-east-1";

/** The region that a stage stands in, or that a new one gets. `command` is what a person would say with --region. */
export async function findRegion(stage: string, command: string): Promise<string> {
  const standing = await regionsOf(stage);
  if (standing.length <= 1) return standing[0] ?? NEW_STAGE_REGION;
  const example = `${command} --stage ${stage} --region ${standing[0]}`;
  throw new Refusal(`${stage} stands in ${standing.join(" and ")}. Say which is meant: ${example}`);
}

/** The regions of this account that a stage stands in. Throws Refusal where no region at all answers. */
async function regionsOf(stage: string): Promise<string[]> {
  const answers = await Promise.all(regions.map((region) => standsIn(stage, region)));
  const open = answers.filter((answer) => !(answer.error && CLOSED.has(answer.error.name)));
  const [broken] = open.flatMap(({ error }) => error ?? []);
  // With one region that could not be asked, "nowhere" would be a guess.
  if (broken) throw unreachable(broken);
  const [first] = answers;
  if (open.length === 0 && first?.error) throw unreachable(first.error);
  return answers.filter(({ stands }) => stands).map(({ region }) => region);
}

/** A stage in one region, with the settings it was last deployed with. Throws Refusal. */
export async function standingIn(stage: string, region: string): Promise<Standing> {
  const { stands, error } = await standsIn(stage, region);
  if (error) throw unreachable(error);
  if (!stands) return { exists: false, kept: undefined };
  return { exists: true, kept: await keptIn(stage, region) };
}

async function standsIn(stage: string, region: string): Promise<{ region: string; stands: boolean; error?: Error }> {
  const client = new CloudFormationClient({ region, maxAttempts: 2 });
  try {
    const StackName = namesOf(stage, region).stack("storage");
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName }));
    return { region, stands: Stacks.length > 0 };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (error.name === "ValidationError" && error.message.includes("does not exist")) return { region, stands: false };
    return { region, stands: false, error };
  }
}

/** Undefined where the stage was deployed by a version that kept nothing: its region is always among what is kept. */
async function keptIn(stage: string, region: string): Promise<Variables | undefined> {
  const Path = namesOf(stage, region).settings;
  const client = new SSMClient({ region });
  const kept = new Map<string, string>();
  try {
    for await (const page of paginateGetParametersByPath({ client }, { Path })) {
      for (const { Name = "", Value = "" } of page.Parameters ?? []) kept.set(Name.slice(Path.length + 1), Value);
    }
  } catch (error) {
    throw new Refusal(`The settings of ${stage} could not be read (${Path} in SSM): ${(error as Error).message}`);
  }
  if (kept.size === 0) return undefined;
  return Object.fromEntries(
    Object.entries(settingVariables).flatMap(([setting, variable]) => {
      const value = kept.get(setting);
      return value === undefined ? [] : [[variable, value]];
    }),
  );
}

function unreachable(error: Error): Refusal {
  return new Refusal(
    `AWS could not be asked about the stage: ${error.message} Check that your credentials are there and may deploy, then try again.`,
  );
}
