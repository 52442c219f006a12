import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { ClientInput } from "../../../contract/operations.ts";
import type { ParameterStore } from "../../../contract/parameter-store.ts";
import { client } from "./client.ts";
import { everyPage } from "./paging.ts";

const storesKey = ["parameter-stores"] as const;

/** All parameter stores with the names of their variables. */
export function useParameterStores() {
  return useQuery({
    queryKey: storesKey,
    queryFn: ({ signal }) =>
      everyPage<ParameterStore>((cursor) => client.listParameterStores({ query: { limit: 100, cursor } }, signal)),
  });
}

function useStoreChange() {
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ queryKey: storesKey });
}

/** Values go in and a key comes out: both are forgotten with the dialog. */
export function useCreateParameterStore() {
  const onSettled = useStoreChange();
  return useMutation({
    mutationFn: (body: ClientInput<"createParameterStore">["body"]) => client.createParameterStore({ body }),
    gcTime: 0,
    onSettled,
  });
}

export function useUpdateParameterStore() {
  const onSettled = useStoreChange();
  return useMutation({
    mutationFn: ({ storeId, ...change }: { storeId: string } & Omit<ClientInput<"updateParameterStore">, "params">) =>
      client.updateParameterStore({ params: { storeId }, ...change }),
    gcTime: 0,
    onSettled,
  });
}

export function useDeleteParameterStore() {
  const onSettled = useStoreChange();
  return useMutation({
    mutationFn: (storeId: string) => client.deleteParameterStore({ params: { storeId } }),
    onSettled,
  });
}
