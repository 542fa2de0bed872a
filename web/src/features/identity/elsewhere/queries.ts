import { queryOptions } from "@tanstack/react-query";
import { api } from "../../../shared/api/client";
import type {
  LinkedAccounts,
  SignInFindings,
  SignInProvider,
  SignInSettings,
} from "../../../shared/api/types";

/** Where else one may sign in. */
export const providersQuery = queryOptions({
  queryKey: ["sign-in", "providers"],
  queryFn: ({ signal }) =>
    api.get<{ items: SignInProvider[] }>("/api/sign-in/providers", {}, signal),
});

/** One's own accounts elsewhere, and where one could link another. */
export const accountsQuery = queryOptions({
  queryKey: ["me", "accounts"],
  queryFn: ({ signal }) => api.get<LinkedAccounts>("/api/me/accounts", {}, signal),
});

/** What is configured, for whoever administers the workspace. */
export const signInSettingsQuery = queryOptions({
  queryKey: ["sign-in", "settings"],
  queryFn: ({ signal }) =>
    api.get<{ items: SignInSettings[] }>("/api/sign-in/settings", {}, signal),
});

export function testProvider(name: string): Promise<SignInFindings> {
  return api.post<SignInFindings>(`/api/sign-in/${encodeURIComponent(name)}/test`);
}

/** The address at which the provider asks whether to link. */
export function beginLink(name: string): Promise<{ address: string }> {
  return api.post(`/api/me/accounts/${encodeURIComponent(name)}/begin`, {
    return_to: location.pathname,
  });
}

export function unlink(name: string): Promise<void> {
  return api.delete(`/api/me/accounts/${encodeURIComponent(name)}`);
}

/** Where a sign-in begins. It comes back to the page that is open, without what is said about an earlier try. */
export function beginAddress(name: string): string {
  const query = new URLSearchParams({ return_to: location.pathname });
  return `/api/sign-in/${encodeURIComponent(name)}/begin?${query}`;
}
