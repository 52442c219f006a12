import * as client from "@aws-sdk/client-service-quotas";
import { AwsError } from "../protocol/errors.ts";
import { loadModel } from "../protocol/model.ts";
import type { Answer, Checked, Service } from "../protocol/service.ts";

const model = loadModel({
  service: "servicequotas",
  protocol: "awsJson1_1",
  client,
  invalid: "IllegalArgumentException",
});

/** The quotas of an account by their codes. */
export function serviceQuotas(quotas: Readonly<Record<string, number>>): Service {
  const getServiceQuota = (input: Checked<client.GetServiceQuotaRequest>): Answer<client.GetServiceQuotaResponse> => {
    const Value = quotas[input.QuotaCode];
    if (Value === undefined) throw new AwsError("NoSuchResourceException", "The quota does not exist.");
    return { Quota: { ServiceCode: input.ServiceCode, QuotaCode: input.QuotaCode, Value } };
  };
  return { model, handlers: { GetServiceQuota: getServiceQuota } };
}
