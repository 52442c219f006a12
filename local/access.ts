import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import { workspacePatch } from "../contract/workspace.ts";
import { type Context, createContext } from "../core/context.ts";
import { createKey } from "../core/key/key.ts";
import { signInLink } from "../core/key/session.ts";
import { ensureWorkspace, updateWorkspace } from "../core/workspace/workspace.ts";

const usage = `Usage: npm run access -- --stage STAGE --url URL --table TABLE [--workspace NAME] [--running-cap N] [--key NAME]

For whoever operates a deployment on AWS: prints a link that signs its owner in and, with --key, a new admin API key.
It reads the stage's deployment key, so it needs AWS credentials that may do that.

  --stage STAGE      the stage that was deployed
  --url URL          the address that the deployment printed
  --table TABLE      the table that the deployment printed
  --workspace NAME   the workspace, made if there is none of this name (default: main)
  --running-cap N    how many of its runs may be going at a time
  --key NAME         also make an API key of this name: role admin, autonomy 3
`;

/** A context with what access takes: the table, the deployment key and the address. */
function contextOf(stage: string, url: string, table: string): Context {
  const config = {
    stage,
    table,
    deploymentKeySecret: `errand/${stage}/deployment-key`,
    secretPrefix: `errand/${stage}/`,
    apiUrl: url,
    consoleUrl: url,
  } as Context["config"];
  return createContext(config, { now: () => new Date(), random: (bytes) => randomBytes(bytes) });
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      stage: { type: "string" },
      url: { type: "string" },
      table: { type: "string" },
      workspace: { type: "string", default: "main" },
      "running-cap": { type: "string" },
      key: { type: "string" },
    },
  });
  const cap = values["running-cap"];
  const workspace = workspacePatch
    .required({ name: true })
    .safeParse({ name: values.workspace, ...(cap !== undefined && { runningCap: Number(cap) }) });
  if (!values.stage || !values.url || !values.table || !URL.canParse(values.url) || !workspace.success) {
    process.stderr.write(usage);
    process.exitCode = 2;
    return;
  }
  const ctx = contextOf(values.stage, values.url.replace(/\/+$/, ""), values.table);
  const workspaceId = await ensureWorkspace(ctx, workspace.data.name);
  const { runningCap } = workspace.data;
  if (runningCap !== undefined) await updateWorkspace(ctx, workspaceId, { runningCap });
  console.log(`Sign in:  ${await signInLink(ctx, { workspaceId, name: "owner", role: "owner" })}`);
  if (values.key === undefined) return;
  const input = { name: values.key, role: "admin" as const, autonomy: 3, expiresInDays: null };
  console.log(`API key:  ${(await createKey(ctx, workspaceId, input)).secret}  (shown this once)`);
}

await main();
