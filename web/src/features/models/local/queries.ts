import { queryOptions } from "@tanstack/react-query";
import { api } from "../../../shared/api/client";
import type {
  HubRepository,
  LocalModelPage,
  ModelFile,
  Page,
  Quantisation,
} from "../../../shared/api/types";
import { modelsQuery } from "../queries";
import { isUnderWay, type SmallerType } from "./smaller";

const often = 2_000;

/** How it stands with each model of this machine. Asked often while one of them loads or answers. */
export const localModelsQuery = queryOptions({
  // Below that of all models, so that what changes those is read again here too.
  queryKey: [...modelsQuery.queryKey, "local"],
  queryFn: ({ signal }) => api.get<LocalModelPage>("/api/models/local", {}, signal),
  refetchInterval: ({ state }) =>
    state.data?.items.some(({ status }) => status !== "on-disk" && status !== "loaded")
      ? often
      : false,
});

/** The model files that lie here, those that cannot be used among them. */
export const modelFilesQuery = queryOptions({
  queryKey: [...modelsQuery.queryKey, "files"],
  queryFn: ({ signal }) => api.get<Page<ModelFile>>("/api/models/files", {}, signal),
});

/** The models that are or were stored smaller since the server started. Asked often while one is at work. */
export const quantisationsQuery = queryOptions({
  queryKey: ["quantisations"],
  queryFn: ({ signal }) =>
    api.get<Page<Quantisation>>("/api/models/local/quantisations", {}, signal),
  refetchInterval: ({ state }) => (state.data?.items.some(isUnderWay) ? often : false),
});

/** Stores a model once more in a smaller type, in the background. */
export function storeSmaller(id: string, type: SmallerType): Promise<Quantisation> {
  return api.post<Quantisation>(`/api/models/local/${id}/quantise`, { type });
}

export function stopQuantisation(id: string): Promise<void> {
  return api.delete(`/api/models/local/quantisations/${id}`);
}

export function loadModel(id: string): Promise<unknown> {
  return api.post(`/api/models/local/${id}/load`);
}

export function unloadModel(id: string): Promise<unknown> {
  return api.post(`/api/models/local/${id}/unload`);
}

export function deleteModelFile(id: string): Promise<void> {
  return api.delete(`/api/models/files/${id}`);
}

/** What a repository of the hub holds. */
export function lookUpRepository(repo: string): Promise<HubRepository> {
  return api.get<HubRepository>("/api/models/hub", { repo });
}
