import { SimpleGrid, Skeleton } from "@mantine/core";
import { agentTypes } from "../../../../contract/agent.ts";
import { useCredentials } from "../../api/credentials.ts";
import { ErrorNotice } from "../error-notice.tsx";
import { CredentialCard } from "./credential-card.tsx";

/** How each agent type signs in to its provider. */
export function CredentialBar() {
  const { data, error, refetch } = useCredentials();
  if (error && !data) return <ErrorNotice error={error} retry={refetch} />;
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="sm" style={{ alignItems: "start" }}>
      {agentTypes.map((agentType) =>
        data ? (
          <CredentialCard
            key={agentType}
            agentType={agentType}
            credential={data.find((credential) => credential.agentType === agentType)}
          />
        ) : (
          <Skeleton key={agentType} height={66} radius="md" />
        ),
      )}
    </SimpleGrid>
  );
}
