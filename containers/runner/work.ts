import { randomBytes } from "node:crypto";
import { openGateway, providerHost, type RunGateway } from "../../gateway/index.ts";
import type { Agent } from "./agents/agent.ts";
import { checkOut, gitConfigFile, resolveSubPath } from "./checkout.ts";
import { type Checkout, contextOf, contextVariables } from "./context.ts";
import type { Environment } from "./env.ts";
import { RunFailure } from "./failure.ts";
import { readInstructions } from "./instructions.ts";
import type { Lease, Outcome } from "./lease.ts";
import type { Log, LogEntry } from "./log.ts";
import { outcomeOf } from "./outcome.ts";
import type { Redactor } from "./redact/redactor.ts";
import { baseEnvironment, makeRunDirectory, profileFiles, type RunDirectory } from "./run-directory.ts";
import type { Watch } from "./stop.ts";
import { type Exit, supervise } from "./supervise.ts";
import { agentVariables } from "./variables.ts";

export interface WorkOptions {
  env: Environment;
  agent: Agent;
  lease: Lease;
  watch: Watch;
  log: Log;
  redactor: Redactor;
  pass: string;
  clock(): number;
  onEntry(entry: LogEntry): void;
}

/** A random first segment of the gateway's paths. */
export const newPass = () => randomBytes(24).toString("base64url");

/**
 * Checkout, then agent. Throws RunFailure where the agent was never started. Leaves nothing on the disk, or says so in
 * the log.
 */
export async function work(options: WorkOptions): Promise<Outcome> {
  const { env, agent, lease, clock, log } = options;
  const gateway = await openGateway({
    order: lease.order,
    provider: agent.provider,
    countTurns: agent.countTurns,
    pass: options.pass,
    standIns: env.standIns,
    clock,
    onModelCall: lease.addCall,
  });
  const directory = await makeRunDirectory(env.workDir, env.agentUser);
  try {
    const place = await prepare(options, gateway, directory);
    return await runAgent(options, gateway, directory, place);
  } finally {
    // The run has its outcome: nothing that fails from here on changes it.
    await gateway.close().catch(() => {});
    const left = await directory.remove();
    if (left) log.write({ kind: "system", text: `The run's directory could not be removed: ${left}` });
  }
}

interface Place extends Checkout {
  /** Where the agent starts. */
  cwd: string;
}

async function prepare(options: WorkOptions, gateway: RunGateway, directory: RunDirectory): Promise<Place> {
  const { env, watch, log, lease } = options;
  const { sourceUrl, subPath } = lease.order.task;
  let commit: string | null = null;
  if (sourceUrl !== null) {
    log.write({ kind: "system", text: `Cloning ${sourceUrl}` });
    commit = await checkOut({
      sourceUrl,
      gatewayUrl: gateway.url,
      directory,
      path: env.path,
      user: env.agentUser,
      stop: watch.signal,
    });
    if (commit === null)
      log.write({ kind: "system", text: "The repository is empty: it has no branch and no tag yet." });
    else lease.noteCommit(commit);
  }
  await directory.write({ ".gitconfig": gitConfigFile(gateway.url, sourceUrl), ...profileFiles(env.path) });
  return { commit: commit ?? undefined, cwd: await resolveSubPath(directory.checkout, subPath) };
}

async function runAgent(
  options: WorkOptions,
  gateway: RunGateway,
  directory: RunDirectory,
  place: Place,
): Promise<Outcome> {
  const { cwd } = place;
  const { env, agent, watch, log, redactor, lease } = options;
  const { task, secrets } = lease.order;
  const invocation = agent.invoke({
    task,
    credentialKind: secrets.credential.kind,
    gatewayUrl: gateway.url,
    home: directory.home,
    context: contextOf(lease.order, place),
    instructions: await readInstructions(directory.checkout, cwd, agent.instructionFiles),
    root: (env.agentUser?.uid ?? process.getuid?.()) === 0,
    self: [process.execPath, process.argv[1] as string],
  });
  await directory.write(invocation.files);
  const reader = agent.reader(task);
  const stderr = redactor.stream();
  let lastWords = "";
  const keep = (text: string) => {
    lastWords = (lastWords + text).slice(-4000);
  };
  let exit: Exit;
  try {
    exit = await supervise({
      command: agent.command,
      args: invocation.args,
      env: {
        ...baseEnvironment(directory, env.path),
        ...agentVariables(secrets.environment),
        ...contextVariables(lease.order, place),
        GITHUB_API_URL: `${gateway.url}/github`,
        ...invocation.env,
      },
      cwd,
      user: env.agentUser,
      stdin: invocation.stdin,
      onLine: (line) => {
        for (const entry of reader.read(line)) options.onEntry(entry);
        return reader.summary().end !== "none";
      },
      onStderr: (text) => keep(stderr.write(text)),
      stop: watch.signal,
      mark: directory.root,
    });
  } catch (error) {
    throw new RunFailure("AGENT_ERROR", `${agent.label} (${agent.command}) could not be started.`, { cause: error });
  }
  keep(stderr.end());
  const outcome = outcomeOf(
    {
      cause: watch.cause,
      exit,
      summary: reader.summary(),
      observations: gateway.observations,
      host: providerHost(agent.provider),
      stderr: lastWords,
    },
    redactor.redact,
  );
  if (outcome.outcome === "FAILED" && lastWords.trim() !== "") log.write({ kind: "error", text: lastWords.trim() });
  return outcome;
}
