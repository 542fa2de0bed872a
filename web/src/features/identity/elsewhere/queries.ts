import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { api } from "../../../shared/api/client";
import type {
  LinkedAccounts,
  SignInFindings,
  SignInProvider,
  SignInProviderChange,
  SignInProviderDraft,
  SignInSettings,
  SignInSettingsList,
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
  queryFn: ({ signal }) => api.get<SignInSettingsList>("/api/sign-in/settings", {}, signal),
});

/** Looks again at what is set up, and at what depends on it: the ways in, and one's own accounts. */
export async function lookAgain(client: QueryClient): Promise<void> {
  await Promise.all(
    [["sign-in"], accountsQuery.queryKey].map((queryKey) => client.invalidateQueries({ queryKey })),
  );
}

export function addProvider(draft: SignInProviderDraft): Promise<SignInSettings> {
  return api.post<SignInSettings>("/api/sign-in-providers", draft);
}

export function changeProvider(
  name: string,
  change: SignInProviderChange,
): Promise<SignInSettings> {
  return api.put<SignInSettings>(`/api/sign-in-providers/${encodeURIComponent(name)}`, change);
}

export function switchProvider(
  { name, version }: SignInSettings,
  isEnabled: boolean,
): Promise<SignInSettings> {
  const change = { is_enabled: isEnabled, version };
  return api.patch<SignInSettings>(`/api/sign-in-providers/${encodeURIComponent(name)}`, change);
}

export function deleteProvider({ name, version }: SignInSettings): Promise<void> {
  return api.delete(`/api/sign-in-providers/${encodeURIComponent(name)}`, { version });
}

export function restoreProvider(name: string): Promise<SignInSettings> {
  return api.post<SignInSettings>(`/api/sign-in-providers/${encodeURIComponent(name)}/restore`);
}

/** Asks a provider that is not kept yet. */
export function testDraft(draft: SignInProviderDraft): Promise<SignInFindings> {
  return api.post<SignInFindings>("/api/sign-in-providers/test", draft);
}

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
