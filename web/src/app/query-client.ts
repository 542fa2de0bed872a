import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { ApiProblem } from "../shared/api/api-problem";

const attempts = 2;

function isSignedOut(error: unknown): boolean {
  return error instanceof ApiProblem && error.code === "not-signed-in";
}

/** One cache for the page. Whoever is told that nobody is signed in calls `onSignedOut`. */
export function makeQueryClient(onSignedOut: (client: QueryClient) => void): QueryClient {
  const onError = (error: unknown) => {
    if (isSignedOut(error)) onSignedOut(client);
  };
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({
      onError: (error, query) => {
        if (query.queryKey[0] !== "me") onError(error);
      },
    }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        // Notices on the socket say when something changed; looking again on a timer is not needed.
        staleTime: 60_000,
        refetchOnWindowFocus: false,
        // `navigator.onLine` knows nothing of a server on this machine.
        networkMode: "always",
        retry: (count, error) =>
          count < attempts && !(error instanceof ApiProblem && !error.retryable),
      },
      mutations: { networkMode: "always" },
    },
  });
  return client;
}
