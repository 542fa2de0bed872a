import { QueryClientProvider } from "@tanstack/react-query";
import { meQuery } from "../features/identity/queries";
import { Toasts } from "../shared/ui/Toasts";
import { Tooltips } from "../shared/ui/Tooltips";
import { ErrorBoundary } from "./ErrorBoundary";
import { Gate } from "./Gate";
import { makeQueryClient } from "./query-client";

const client = makeQueryClient((one) => void one.invalidateQueries({ queryKey: meQuery.queryKey }));

export function App() {
  return (
    <ErrorBoundary>
      <QueryClientProvider client={client}>
        <Gate />
        <Toasts />
        <Tooltips />
      </QueryClientProvider>
    </ErrorBoundary>
  );
}
