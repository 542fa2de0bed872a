import { queryOptions } from "@tanstack/react-query";
import { api } from "../../shared/api/client";
import type { Asked, CodesBegun, Factors, ProofAsked } from "../../shared/api/types";

const path = "/api/me/second-factors";

/** What the person has set up. */
export const factorsQuery = queryOptions({
  queryKey: ["second-factors"],
  queryFn: ({ signal }) => api.get<Factors>(path, {}, signal),
});

interface RecoveryCodes {
  recovery_codes: string[];
}

export const beginCodes = () => api.post<CodesBegun>(`${path}/codes`);
export const confirmCodes = (code: string) =>
  api.post<RecoveryCodes>(`${path}/codes/confirm`, { code });
export const dropCodes = () => api.delete(`${path}/codes`);
export const renewRecoveryCodes = () => api.post<RecoveryCodes>(`${path}/recovery-codes`);
export const beginPasskey = () => api.post<Asked>(`${path}/passkeys/begin`);
export const addPasskey = (draft: { token: string; name: string; credential: object }) =>
  api.post<RecoveryCodes>(`${path}/passkeys`, draft);
export const dropPasskey = (id: string) => api.delete(`${path}/passkeys/${id}`);

export const beginProof = () => api.post<ProofAsked>("/api/me/proof/begin");
export const prove = (proof: {
  password?: string;
  token?: string | null;
  code?: string;
  credential?: object;
}) => api.post<void>("/api/me/proof", proof);
