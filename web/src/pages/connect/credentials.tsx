import { Text } from "@mantine/core";
import { useMay } from "../../api/session.ts";
import { CredentialBar } from "../../ui/credentials/credential-bar.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import classes from "./connect.module.css";

/** How the agents of this workspace sign in to their model providers. */
export function Page() {
  const mayManage = useMay("admin");
  return (
    <>
      <PageHeader
        title="Credentials"
        text="How each agent type signs in to its model provider. A credential is stored encrypted and never shown again."
      />
      <CredentialBar />
      <Text size="sm" c="dimmed" className={classes.remark}>
        {mayManage
          ? "Saving asks the provider whether it accepts the credential. Runs use the one that is stored when they start."
          : "Only admins of this workspace can change credentials."}
      </Text>
    </>
  );
}
