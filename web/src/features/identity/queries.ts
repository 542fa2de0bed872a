import { queryOptions } from "@tanstack/react-query";
import { api } from "../../shared/api/client";
import type { Me } from "../../shared/api/types";

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

export function signIn(credentials: Credentials): Promise<Me> {
  return api.post<Me>("/api/session", credentials);
}

export function setUp(owner: Credentials & { name: string }): Promise<Me> {
  return api.post<Me>("/api/setup", owner);
}

/** Ends this session, or every session of the person. */
export function signOut({ everywhere }: { everywhere: boolean }): Promise<void> {
  return api.delete("/api/session", everywhere ? { everywhere } : {});
}
