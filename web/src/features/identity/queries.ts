import { queryOptions } from "@tanstack/react-query";
import { api } from "../../shared/api/client";
import type {
  Belongings,
  Device,
  InvitationLook,
  Me,
  Page,
  Registered,
  Registration,
  SecondStepAsked,
} from "../../shared/api/types";

/** Who is signed in; fails with `not-signed-in`. */
export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: ({ signal }) => api.get<Me>("/api/me", {}, signal),
});

/** Whether the workspace still waits for its owner. */
export const setupQuery = queryOptions({
  queryKey: ["setup"],
  queryFn: ({ signal }) => api.get<{ needed: boolean }>("/api/setup", {}, signal),
});

export interface Credentials {
  email: string;
  password: string;
}

/** Asked after the right password, of whoever has a second factor. */
export type SecondStep = SecondStepAsked;

export function signIn(credentials: Credentials): Promise<Me | SecondStep> {
  return api.post<Me | SecondStep>("/api/session", credentials);
}

export function takeSecondStep(answer: {
  token: string;
  code?: string;
  credential?: object;
}): Promise<Me> {
  return api.post<Me>("/api/session/second", answer);
}

/** What is asked of whoever was signed in elsewhere, in this browser, and has a second factor here. */
export const halfWayQuery = queryOptions({
  queryKey: ["half-way"],
  queryFn: () => api.post<SecondStep>("/api/session/second/begin"),
  retry: false,
  staleTime: Number.POSITIVE_INFINITY,
  gcTime: 0,
});

export function setUp(owner: OwnAccount): Promise<Me> {
  return api.post<Me>("/api/setup", owner);
}

/** Ends this session, or every session of the person. */
export function signOut({ everywhere }: { everywhere: boolean }): Promise<void> {
  return api.delete("/api/session", everywhere ? { everywhere } : {});
}

/** Who may register, and whether the workspace sends mail. */
export const registrationQuery = queryOptions({
  queryKey: ["registration"],
  queryFn: ({ signal }) => api.get<Registration>("/api/registration", {}, signal),
});

/** What an invitation invites to. Asking does not use it. */
export function invitationQuery(token: string) {
  return queryOptions({
    queryKey: ["invitation", token],
    queryFn: () => api.post<InvitationLook>("/api/invitations/look", { token }),
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Whose password a link replaces. Asking does not use it. */
export function resetQuery(token: string) {
  return queryOptions({
    queryKey: ["reset", token],
    queryFn: () => api.post<{ email: string }>("/api/password-resets/look", { token }),
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export interface OwnAccount {
  name: string;
  email: string;
  password: string;
}

export function join(account: OwnAccount & { token: string }): Promise<Me> {
  return api.post<Me>("/api/invitations/accept", account);
}

export function register(account: OwnAccount): Promise<Registered> {
  return api.post<Registered>("/api/registration", account);
}

export function wishForReset(email: string): Promise<null> {
  return api.post<null>("/api/password-resets", { email });
}

export function spendReset(reset: { token: string; password: string }): Promise<Me | SecondStep> {
  return api.post<Me | SecondStep>("/api/password-resets/use", reset);
}

export const devicesQuery = queryOptions({
  queryKey: ["devices"],
  queryFn: ({ signal }) => api.get<Page<Device>>("/api/me/sessions", {}, signal),
});

export const myBelongingsQuery = queryOptions({
  queryKey: ["belongings"],
  queryFn: ({ signal }) => api.get<Belongings>("/api/me/belongings", {}, signal),
});

export function changeMyName(name: string): Promise<Me> {
  return api.patch<Me>("/api/me", { name });
}

export function changeMyPassword(passwords: { old: string; new: string }): Promise<void> {
  return api.put<void>("/api/me/password", passwords);
}

export function signDeviceOut(id: string): Promise<void> {
  return api.delete(`/api/me/sessions/${id}`);
}

/** Every device but this one. */
export function signOthersOut(): Promise<void> {
  return api.delete("/api/me/sessions");
}

export function deleteMe(password: string): Promise<void> {
  return api.post<void>("/api/me/delete", { password });
}

export function handOver(wish: { to: string; password: string }): Promise<Me> {
  return api.post<Me>("/api/me/hand-over", wish);
}
