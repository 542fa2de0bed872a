/** Examples for tests. */
import type {
  CatalogueEntry,
  Connection,
  ConnectionKind,
  Download,
  Model,
} from "../../shared/api/types";

export function aModel(more: Partial<Model> = {}): Model {
  return {
    id: "local/small",
    name: "Small",
    kind: "local",
    connection_id: null,
    connection_name: "This machine",
    where: "this-machine",
    context_tokens: 8192,
    capabilities: [],
    loaded: false,
    size_bytes: 1_100_000_000,
    targets: [],
    ...more,
  };
}

export function aConnection(more: Partial<Connection> = {}): Connection {
  return {
    id: "c1",
    kind: "openai-compatible",
    name: "rack",
    base_url: "http://10.0.0.9:8000/v1",
    key_hint: null,
    source: "person",
    models: null,
    created_at: "2026-11-21T09:30:00Z",
    ...more,
  };
}

export function anEntry(more: Partial<CatalogueEntry> = {}): CatalogueEntry {
  return {
    id: "tiny",
    name: "Tiny 0.6B",
    description: "Answers at once.",
    licence: "Apache-2.0",
    parameters: "0.6B",
    quantisation: "Q8_0",
    size_bytes: 640_000_000,
    memory_bytes: 900_000_000,
    url: "https://hub.example/tiny",
    installed: false,
    fits: true,
    ...more,
  };
}

export function aDownload(more: Partial<Download> = {}): Download {
  return {
    id: "d1",
    catalogue_id: "tiny",
    name: "Tiny 0.6B",
    status: "running",
    done_bytes: 160_000_000,
    total_bytes: 640_000_000,
    bytes_per_second: 8_000_000,
    eta_seconds: 60,
    error: null,
    model_id: null,
    ...more,
  };
}

export const someKinds: ConnectionKind[] = [
  { id: "openai-compatible", label: "OpenAI-compatible", base_url: null, needs_key: false },
  {
    id: "anthropic",
    label: "Anthropic",
    base_url: "https://api.anthropic.com",
    needs_key: true,
  },
];

export const aMachine = {
  memory_bytes: 32_000_000_000,
  free_disk_bytes: 118_000_000_000,
  cores: 8,
  local_engine: true,
};
