import type { Command } from "commander";
import type { Client } from "../contract/client.ts";
import { type Connection, connect } from "./connection.ts";
import type { Environment } from "./env.ts";
import { type ExitCode, exitCodes } from "./exit.ts";
import { jsonText } from "./format.ts";
import type { Server } from "./server.ts";
import { type Column, fieldList, table } from "./table.ts";
import { type Terminal, widthOf } from "./terminal.ts";

/** The options that every command has. */
export interface GlobalOptions {
  url?: string;
  data?: string;
  json?: true;
}

/** What a command works with: the server, and where it prints. */
export interface Context {
  readonly connection: Connection;
  readonly client: Client;
  readonly json: boolean;
  readonly terminal: Terminal;
  /** A line of the result. */
  print(text: string): void;
  /** A line that accompanies the result. */
  note(text: string): void;
  /** The API's answer: as it is with --json, else as `forPeople` words it. */
  answer<T>(value: T, forPeople: (value: T) => string): void;
  table<T>(items: readonly T[], columns: readonly Column<T>[]): string;
  fields(fields: readonly (readonly [string, string | undefined])[]): string;
}

/** One run of the command: what it will end with, and what to do when the server does not answer. */
export interface Shell {
  terminal: Terminal;
  environment: Environment;
  exitCode: ExitCode;
  hints?: Server["hints"];
}

/**
 * The action of a command: opens the context with the global options, hands over arguments and options, and keeps
 * the exit code that comes back.
 */
export function action<Arguments extends (string | undefined)[], Options extends object = object>(
  shell: Shell,
  handler: (context: Context, options: Options, ...values: Arguments) => Promise<ExitCode | undefined>,
) {
  return async function (this: Command) {
    const options = this.optsWithGlobals<Options & GlobalOptions>();
    const context = openContext(shell, options);
    shell.exitCode = (await handler(context, options, ...(this.processedArgs as Arguments))) ?? exitCodes.ok;
  };
}

function openContext(shell: Shell, options: GlobalOptions): Context {
  const { terminal, environment } = shell;
  const { stdout, stderr, colors } = terminal;
  let connection: Connection | undefined;
  const context: Context = {
    get connection() {
      connection ??= connect(options, environment);
      shell.hints = connection.server.hints;
      return connection;
    },
    get client() {
      return context.connection.client;
    },
    json: options.json === true,
    terminal,
    print: (text) => void stdout.write(`${text}\n`),
    note: (text) => void stderr.write(`${text}\n`),
    answer: (value, forPeople) => context.print(options.json ? jsonText(value, 2) : forPeople(value)),
    table: (items, columns) => table(items, columns, widthOf(stdout), colors.bold),
    fields: (fields) => fieldList(fields, colors.dim),
  };
  return context;
}
