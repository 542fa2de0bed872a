import { queryOptions } from "@tanstack/react-query";
import { api } from "../../shared/api/client";
import type { Me, SecondStepAsked } from "../../shared/api/types";

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

export function setUp(owner: Credentials & { name: string }): Promise<Me> {
  return api.post<Me>("/api/setup", owner);
}

/** Ends this session, or every session of the person. */
export function signOut({ everywhere }: { everywhere: boolean }): Promise<void> {
  return api.delete("/api/session", everywhere ? { everywhere } : {});
}
