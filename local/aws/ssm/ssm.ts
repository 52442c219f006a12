import * as client from "@aws-sdk/client-ssm";
import { AwsError } from "../protocol/errors.ts";
import { loadModel } from "../protocol/model.ts";
import type { Answer, Checked, Service } from "../protocol/service.ts";

const model = loadModel({ service: "ssm", protocol: "awsJson1_1", client, invalid: "ValidationException" });

/** Parameters by region and name. Kept in memory. */
export class Parameters {
  private readonly values = new Map<string, string>();

  get(region: string, name: string): string | undefined {
    return this.values.get(`${region}:${name}`);
  }

  put(region: string, name: string, value: string): void {
    this.values.set(`${region}:${name}`, value);
  }

  delete(region: string, name: string): void {
    this.values.delete(`${region}:${name}`);
  }

  /** In the order of their names, those right below `path`. */
  below(region: string, path: string): { name: string; value: string }[] {
    const prefix = `${region}:${path.replace(/\/$/, "")}/`;
    return [...this.values]
      .filter(([key]) => key.startsWith(prefix) && !key.slice(prefix.length).includes("/"))
      .map(([key, value]) => ({ name: key.slice(region.length + 1), value }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}

const PAGE = 10;

/** SSM's parameter store, as far as a deployment reads it. */
export function ssm(parameters: Parameters): Service {
  const shown = (name: string, value: string) => ({ Name: name, Value: value, Type: "String" as const, Version: 1 });

  const getParameter = (input: Checked<client.GetParameterRequest>, { region }: { region: string }) => {
    const value = parameters.get(region, input.Name);
    if (value === undefined) throw new AwsError("ParameterNotFound", "", { status: 400 });
    return { Parameter: shown(input.Name, value) } satisfies Answer<client.GetParameterResult>;
  };

  const getParametersByPath = (
    input: Checked<client.GetParametersByPathRequest>,
    { region }: { region: string },
  ): Answer<client.GetParametersByPathResult> => {
    const from = Number(input.NextToken ?? 0);
    const all = parameters.below(region, input.Path);
    const page = all.slice(from, from + PAGE);
    return {
      Parameters: page.map(({ name, value }) => shown(name, value)),
      ...(from + PAGE < all.length && { NextToken: String(from + PAGE) }),
    };
  };

  return { model, handlers: { GetParameter: getParameter, GetParametersByPath: getParametersByPath } };
}
