import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render } from "@testing-library/react";
import type { ReactElement } from "react";
import { vi } from "vitest";
import { Toasts } from "../ui/Toasts";

/** Renders with what the app puts around every page, in a browser that has no preferences. */
export function renderPage(page: ReactElement) {
  vi.stubGlobal("matchMedia", () => ({
    matches: false,
    addEventListener: () => {},
    removeEventListener: () => {},
  }));
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  return render(
    <QueryClientProvider client={client}>
      {page}
      <Toasts />
    </QueryClientProvider>,
  );
}
