import { ask } from "@pigeonhole/ui/ask";
import type { Session } from "@pigeonhole/identity/contract";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { identity } from "./api.ts";

export const sessionQuery = {
  queryKey: ["session"],
  staleTime: 60_000,
  // Nobody is signed in: an answer without a body.
  queryFn: async (): Promise<Session | null> => ((await ask(identity.sessions.current.$get())) as Session | undefined) ?? null,
} as const;

/** Who is signed in: null nobody, undefined not known yet. */
export const useSession = () => useQuery(sessionQuery);

/** Signs out and forgets everything that was loaded for this person. */
export function useSignOut(after: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => ask(identity.sessions.current.$delete()),
    onSuccess: () => {
      queries.clear();
      queries.setQueryData(sessionQuery.queryKey, null);
      after();
    },
  });
}
