import type { IncomingMessage, ServerResponse } from "node:http";
import { AwsError } from "../protocol/errors.ts";
import { loadModel } from "../protocol/model.ts";
import type { Service } from "../protocol/service.ts";

/** EC2's wire is its own: the model is here for the service's name alone. */
const model = loadModel({ service: "ec2", protocol: "awsQuery", client: {}, invalid: "InvalidParameterValue" });

export interface Ec2Account {
  /** The ids of the zones that the account sees. */
  readonly zones: readonly string[];
  readonly vpcs: number;
}

/** As much of EC2 as a look at an account's networks and zones takes. */
export function ec2(account: Ec2Account): Service {
  const items = (all: string[]) => all.map((inner) => `<item>${inner}</item>`).join("");
  const zones = () => items(account.zones.map((id) => `<zoneId>${id}</zoneId>`));
  const vpcs = () => items(Array.from({ length: account.vpcs }, (_, index) => `<vpcId>vpc-${index}</vpcId>`));
  const answers: Record<string, string> = {
    DescribeAvailabilityZones: `<availabilityZoneInfo>${zones()}</availabilityZoneInfo>`,
    DescribeVpcs: `<vpcSet>${vpcs()}</vpcSet>`,
  };
  const answer = (_request: IncomingMessage, body: Buffer, response: ServerResponse): void => {
    const action = new URLSearchParams(body.toString("utf8")).get("Action") ?? "";
    const inner = answers[action];
    if (inner === undefined) throw new AwsError("NotImplemented", `${action} is not built here.`, { status: 501 });
    const xml = Buffer.from(`<${action}Response>${inner}</${action}Response>`);
    response.writeHead(200, { "content-type": "text/xml", "content-length": xml.length }).end(xml);
  };
  return { model, handlers: {}, answer };
}
