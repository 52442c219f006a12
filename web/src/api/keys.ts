import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import type { ClientInput } from "../../../contract/operations.ts";
import { client } from "./client.ts";
import { firstPage, nextPage } from "./paging.ts";

const keysKey = ["keys"] as const;

/** API keys, page by page. */
export function useKeys() {
  return useInfiniteQuery({
    queryKey: keysKey,
    queryFn: ({ signal, pageParam: cursor }) => client.listKeys({ query: { cursor } }, signal),
    initialPageParam: firstPage,
    getNextPageParam: nextPage,
  });
}

/** The answer carries the secret: it is forgotten with the dialog that shows it. */
export function useCreateKey() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: ClientInput<"createKey">["body"]) => client.createKey({ body }),
    gcTime: 0,
    onSuccess: () => queries.invalidateQueries({ queryKey: keysKey }),
  });
}

export function useDeleteKey() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (keyId: string) => client.deleteKey({ params: { keyId } }),
    onSettled: () => queries.invalidateQueries({ queryKey: keysKey }),
  });
}
