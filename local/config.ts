import { homedir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import * as z from "zod";

export const usage = `Usage: npm start -- [options]

  --data DIR   where everything is kept (default: ${shortened(defaultDataDir({}))})
  --port N     the port of the API on 127.0.0.1 (default: 4700, or the next free one)
  --no-demo    do not run the sample task on an empty data directory
  --help       show this
`;

/** What the local server is started with. */
export interface LocalConfig {
  help: boolean;
  demo: boolean;
  dataDir: string;
  /** How the command finds this server. */
  command: string;
  /** `exact` when the person asked for this very port. */
  port: { first: number; exact: boolean };
  /** As the variable PATH. */
  path: string;
  cacheDir: string;
  /** The command that starts npm, and what it needs of the environment. */
  npm: string[];
  npmEnvironment: Record<string, string>;
  /** A DynamoDB that the person runs, where there is none for this platform. */
  dynamodbUrl: string | undefined;
}

/** The command line or the environment cannot be used; the message says why. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

const environment = z.object({
  PATH: z.string().default("/usr/local/bin:/usr/bin:/bin"),
  ERRAND_DATA: z.string().optional(),
  ERRAND_DYNAMODB_ENDPOINT: z.url().optional(),
  XDG_DATA_HOME: z.string().optional(),
  XDG_CACHE_HOME: z.string().optional(),
  /** Set by npm for what it runs: its own program. */
  npm_execpath: z.string().optional(),
});
type Environment = Partial<z.infer<typeof environment>>;

const options = {
  data: { type: "string" },
  port: { type: "string" },
  "no-demo": { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

const defaultPort = 4700;

/** Throws UsageError. */
export function readConfig(args: string[], variables: Record<string, string | undefined>): LocalConfig {
  const parsed = environment.safeParse(variables);
  if (!parsed.success) throw new UsageError("ERRAND_DYNAMODB_ENDPOINT must be a URL such as http://127.0.0.1:8000.");
  const env = parsed.data;
  const values = parse(args);
  const npm = env.npm_execpath?.endsWith("npm-cli.js") ? [process.execPath, env.npm_execpath] : ["npm"];
  return {
    help: values.help,
    demo: !values["no-demo"],
    dataDir: resolve(values.data || env.ERRAND_DATA || defaultDataDir(env)),
    command: values.data ? `npx errand --data ${inCommand(resolve(values.data))}` : "npx errand",
    port: { first: values.port === undefined ? defaultPort : portOf(values.port), exact: values.port !== undefined },
    path: ownPath(env.PATH),
    cacheDir: join(env.XDG_CACHE_HOME || join(homedir(), ".cache"), "errand"),
    npm,
    npmEnvironment: forNpm(variables),
    dynamodbUrl: env.ERRAND_DYNAMODB_ENDPOINT,
  };
}

/** The home folder with its .npmrc, npm's settings, proxies and certificates. */
function forNpm(variables: Record<string, string | undefined>): Record<string, string> {
  const needed = /^(home|npm_config_.*|https?_proxy|no_proxy|node_extra_ca_certs|ssl_cert_file)$/i;
  const entries = Object.entries(variables).filter(
    (entry): entry is [string, string] => needed.test(entry[0]) && entry[1] !== undefined,
  );
  return Object.fromEntries(entries);
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${usage}`);
  }
}

function portOf(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 0 && port <= 65_535) return port;
  throw new UsageError(`--port must be a number from 0 to 65535, not ${text}.`);
}

/** The folder for the data of programs, by the custom of the system; a relative XDG_DATA_HOME does not count. */
function defaultDataDir(env: Environment): string {
  if (env.XDG_DATA_HOME?.startsWith("/")) return join(env.XDG_DATA_HOME, "errand");
  const home = homedir();
  return process.platform === "darwin"
    ? join(home, "Library", "Application Support", "errand")
    : join(home, ".local", "share", "errand");
}

/** A path below the home folder, as people write it. */
export function shortened(path: string): string {
  return path.startsWith(`${homedir()}/`) ? `~${path.slice(homedir().length)}` : path;
}

/** A path as a shell takes it: short where it needs no quotes, else whole and in quotes. */
export function inCommand(path: string): string {
  const short = shortened(path);
  return /^[\w@%+=:,./~-]+$/.test(short) ? short : `'${path.replaceAll("'", "'\\''")}'`;
}

/** The person's own PATH: without what npm puts before it to start this program, which has a Node of its own. */
function ownPath(path: string): string {
  const root = join(import.meta.dirname, "..");
  const ofNpm = (folder: string) =>
    folder.endsWith("/node-gyp-bin") ||
    (folder.endsWith("/node_modules/.bin") && `${root}/`.startsWith(`${folder.slice(0, -"node_modules/.bin".length)}`));
  const own = path.split(delimiter).filter((folder) => !ofNpm(folder));
  return own.join(delimiter);
}
