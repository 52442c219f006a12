import { type Client, createClient } from "../contract/client.ts";
import type { Environment } from "./env.ts";
import { findServer, type Server, type ServerOptions } from "./server.ts";

/** A client and the server it talks to. A server that starts again may have another port and key: `refresh`. */
export interface Connection {
  readonly client: Client;
  readonly server: Server;
  /** Looks for the server again and tells whether it is another one than before. */
  refresh(): boolean;
}

export function connect(options: ServerOptions, environment: Environment): Connection {
  let server = findServer(options, environment);
  let client = clientOf(server);
  return {
    get client() {
      return client;
    },
    get server() {
      return server;
    },
    refresh() {
      const found = findAgain(options, environment);
      if (!found || (found.url === server.url && found.key === server.key)) return false;
      server = found;
      client = clientOf(server);
      return true;
    },
  };
}

function clientOf(server: Server): Client {
  return createClient({ baseUrl: server.url, headers: () => ({ authorization: `Bearer ${server.key}` }) });
}

/** Between a stop and a start there may be no file, or half a one. */
function findAgain(options: ServerOptions, environment: Environment): Server | undefined {
  try {
    return findServer(options, environment);
  } catch {
    return undefined;
  }
}
