// Reads the stream of the table at URL, keeps its position in FOLDER, and notes in FOLDER/handed what it is handed.
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { feedFollowUp } from "./follow-up.ts";

const [dynamodbUrl = "", folder = ""] = process.argv.slice(2);

await feedFollowUp({
  dynamodbUrl,
  dynamodbFile: join(folder, "table.sqlite"),
  dataDir: folder,
  invoke: async ({ Records }) => {
    for (const { dynamodb } of Records) appendFileSync(join(folder, "handed"), `${dynamodb?.NewImage?.runId?.S}\n`);
  },
  onGivenUp: () => process.exit(1),
  onError: () => process.exit(1),
  byItself: true,
});
