import { SESClient, SESServiceException, SendRawEmailCommand } from "@aws-sdk/client-ses";
import { mockClient } from "aws-sdk-client-mock";
import { afterEach, expect, it } from "vitest";
import { MailRefused, sendMail } from "./mail.ts";

// What an account refuses for reasons that a loopback server does not have: permissions, quotas, the network.
const mock = mockClient(SESClient);
afterEach(() => mock.reset());

async function refusal(error: Error): Promise<MailRefused> {
  mock.on(SendRawEmailCommand).rejects(error);
  const mail = { from: "errand@example.com", to: "ann@example.org", raw: "" };
  const refused = await sendMail(mail).catch((caught: unknown) => caught);
  expect(refused).toBeInstanceOf(MailRefused);
  return refused as MailRefused;
}

const answer = (name: string, message = "…") =>
  new SESServiceException({ name, message, $fault: "client", $metadata: {} });

it.each([
  [answer("AccessDenied", "User is not authorized"), /ERRAND_MAIL_FROM set to this address\.$/],
  [answer("AccessDeniedException"), /ERRAND_MAIL_FROM/],
  [answer("MessageRejected", "Address is on the suppression list."), /^SES rejected the mail: Address is on/],
  [answer("MailFromDomainNotVerifiedException"), /Publish its MX record/],
  [answer("ConfigurationSetDoesNotExistException"), /configuration set that does not exist\. Make it/],
  [answer("InvalidParameterValue", "Illegal address."), /Correct the address\.$/],
])("is refused for good by %s, in plain words", async (error, words) => {
  const refused = await refusal(error);
  expect(refused.message).toMatch(words);
  expect(refused.forGood).toBe(true);
});

it.each([
  [answer("Throttling", "Daily message quota exceeded."), /^SES's quota is used up: Daily message quota exceeded\./],
  [answer("AccountSendingPausedException"), /^SES has paused sending/],
  [answer("ConfigurationSetSendingPausedException"), /^SES has paused sending/],
  [answer("InternalFailure", "oops"), /did not answer as usual: oops$/],
  [new Error("connect ECONNREFUSED"), /^SES could not be reached/],
])("is refused for now by %s", async (error, words) => {
  const refused = await refusal(error);
  expect(refused.message).toMatch(words);
  expect(refused.forGood).toBe(false);
  expect(refused.cause).toBe(error);
});
