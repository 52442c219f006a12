import { Sha256 } from "@smithy/core/checksum";
import { fromContainerMetadata } from "@smithy/credential-provider-imds";
import { SignatureV4 } from "@smithy/signature-v4";
import { runTokenHeader } from "../../contract/operations/work.ts";
import type { Environment } from "./env.ts";
import { httpFetch } from "./http-fetch.ts";

/** Where a runner reports, and how its requests say whose they are. */
export interface RunnerApi {
  url: string;
  headers(token: string): Record<string, string>;
  fetch: typeof fetch;
}

/**
 * The runner API of the container. Where functions of the version before started it, that is the API that people use too,
 * which asks for no signature.
 */
export function runnerApiOf(
  { runnerApiUrl, apiUrl, region }: Pick<Environment, "runnerApiUrl" | "apiUrl" | "region">,
  clock: () => number,
): RunnerApi {
  if (runnerApiUrl !== undefined && region !== undefined)
    return signedApi(runnerApiUrl, { region, clock, credentials: containerCredentials(clock) });
  if (apiUrl === undefined) throw new Error("ERRAND_RUNNER_API_URL or AWS_REGION is missing.");
  return { url: apiUrl, headers: (token) => ({ authorization: `Bearer ${token}` }), fetch: httpFetch };
}

interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  expiration?: Date;
}

interface Signing {
  region: string;
  clock(): number;
  credentials: {
    get(): Promise<Credentials>;
    /** They were refused. */
    forget(): void;
  };
}

/**
 * AWS lets through what the runners' role has signed: the method, the address, the headers and the body. The run's token,
 * in a header of its own, says which run.
 */
export function signedApi(url: string, { region, clock, credentials }: Signing): RunnerApi {
  const signer = new SignatureV4({ service: "lambda", region, credentials: credentials.get, sha256: Sha256 });
  const send = async (input: string, init: { method: string; headers: Record<string, string>; body?: string }) => {
    const { protocol, hostname, host, pathname } = new URL(input);
    const headers = { ...init.headers, host };
    const request = { method: init.method, protocol, hostname, path: pathname, query: {}, headers, body: init.body };
    const { headers: withSignature } = await signer.sign(request, { signingDate: new Date(clock()) });
    const response = await httpFetch(input, { ...init, headers: withSignature });
    if (response.status === 403) credentials.forget();
    return response;
  };
  return { url, headers: (token) => ({ [runTokenHeader]: token }), fetch: send as unknown as typeof fetch };
}

/** Milliseconds before they expire that credentials are asked for anew. */
const RENEWED_MS = 300_000;

/** The role's credentials, as ECS has them for this container. Where it does not answer, the last ones are used on. */
function containerCredentials(clock: () => number): Signing["credentials"] {
  const ask: () => Promise<Credentials> = fromContainerMetadata({ timeout: 2000, maxRetries: 1 });
  let known: Credentials | undefined;
  return {
    async get() {
      if (known !== undefined && (known.expiration?.getTime() ?? 0) - clock() >= RENEWED_MS) return known;
      known = await ask().catch((error: unknown) => {
        if (known === undefined) throw error;
        return known;
      });
      return known;
    },
    forget() {
      known = undefined;
    },
  };
}
