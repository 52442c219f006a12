import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { Refusal, readArguments } from "./arguments.ts";
import { checks, type Finding, type Stage } from "./checks.ts";
import { settingsFiles } from "./files.ts";
import { findRegion, standingIn } from "./recall.ts";
import { settingsOf } from "./settle.ts";

const usage = "Usage: npm run doctor -- --stage STAGE [--region REGION] [--profile PROFILE]\n";
const MARK: Record<Finding["state"], string> = { good: "✓", limits: "!", fails: "✗", unknown: "?" };

try {
  process.exitCode = await examine();
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}

/** Looks at everything that a stage needs of its account. 1 where something will fail. */
async function examine(): Promise<number> {
  const { stage: name, region: said, profile, args } = readArguments("sst", process.argv.slice(2));
  if (name === undefined || args.length > 0) {
    process.stderr.write(usage);
    return 2;
  }
  if (profile !== undefined) process.env.AWS_PROFILE = profile;
  const account = await accountOf();
  const region = said ?? (await findRegion(name, "npm run doctor --"));
  const { exists, kept = {} } = await standingIn(name, region);
  const given = { ...process.env, ...settingsFiles(name) };
  const settings = Object.fromEntries(Object.entries(given).filter(([, value]) => value?.trim()));
  const stage: Stage = { region, exists, settings: settingsOf({ ...kept, ...settings }) };

  process.stdout.write(`\n${name} in ${region}, account ${account}: ${exists ? "stands" : "not there yet"}\n\n`);
  let failed = false;
  for (const [what, check] of Object.entries(checks)) {
    const { state, text, link } = await check(stage).catch(unknown);
    failed ||= state === "fails";
    process.stdout.write(`${MARK[state]} ${what.padEnd(11)} ${text}\n${link ? `${" ".repeat(14)}${link}\n` : ""}`);
  }
  return failed ? 1 : 0;
}

async function accountOf(): Promise<string> {
  try {
    const { Account } = await new STSClient({ region: "us-east-1" }).send(new GetCallerIdentityCommand({}));
    return Account ?? "";
  } catch (error) {
    throw new Refusal(
      `No AWS credentials that work: ${(error as Error).message} Sign in (aws sso login, or AWS_PROFILE), then try again.`,
    );
  }
}

function unknown(error: unknown): Finding {
  return { state: "unknown", text: `could not be asked: ${error instanceof Error ? error.message : error}` };
}
