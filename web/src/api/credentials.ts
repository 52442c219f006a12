import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { AgentType } from "../../../contract/agent.ts";
import type { ClientInput } from "../../../contract/operations.ts";
import { client } from "./client.ts";

const credentialsKey = ["credentials"] as const;

/** What is known about the stored credentials, one per agent type at most. */
export function useCredentials() {
  return useQuery({
    queryKey: credentialsKey,
    queryFn: ({ signal }) => client.listCredentials({}, signal),
    select: ({ items }) => items,
  });
}

function useCredentialChange() {
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ queryKey: credentialsKey });
}

/** Stores or replaces a credential; the provider is asked first. What was typed is forgotten with the form. */
export function usePutCredential() {
  const onSettled = useCredentialChange();
  return useMutation({
    mutationFn: ({ agentType, body }: { agentType: AgentType; body: ClientInput<"putCredential">["body"] }) =>
      client.putCredential({ params: { agentType }, body }),
    gcTime: 0,
    onSettled,
  });
}

export function useDeleteCredential() {
  const onSettled = useCredentialChange();
  return useMutation({
    mutationFn: (agentType: AgentType) => client.deleteCredential({ params: { agentType } }),
    onSettled,
  });
}

/** Asks the provider again whether it accepts what is stored. */
export function useCheckCredential() {
  const onSettled = useCredentialChange();
  return useMutation({
    mutationFn: (agentType: AgentType) => client.checkCredential({ params: { agentType } }),
    onSettled,
  });
}
