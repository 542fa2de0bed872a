/** Examples for tests. */
import type {
  CatalogueEntry,
  CatalogueVariant,
  Connection,
  ConnectionKind,
  Download,
  LocalModel,
  Machine,
  Model,
  ModelFile,
  Quantisation,
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
    own: false,
    starter: false,
    takes: {
      temperature: { least: 0, most: 2 },
      top_p: { least: 0, most: 1 },
      max_tokens: { least: 1, most: null },
      stop: 16,
      seed: true,
      reasoning_efforts: ["none", "low", "medium", "high"],
      json_schema: true,
    },
    price: null,
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
    own: false,
    private_addresses: true,
    unmarked_end: false,
    ...more,
  };
}

export function anEntry(more: Partial<CatalogueEntry> = {}): CatalogueEntry {
  return {
    id: "tiny",
    family: "Tiny",
    name: "Tiny 0.6B",
    description: "Answers at once.",
    purpose: "chat",
    capabilities: ["tools"],
    context_tokens: 32_768,
    licence: "Apache-2.0",
    licence_url: "https://licence.example",
    repo: "maker/tiny",
    reason: "finest-quick",
    variants: [aVariant({ recommended: true }), aVariant({ quantisation: "Q4_K_M" })],
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

export function aVariant(more: Partial<CatalogueVariant> = {}): CatalogueVariant {
  return {
    quantisation: "Q8_0",
    size_bytes: 640_000_000,
    size_known: true,
    memory_bytes: 900_000_000,
    parts: 1,
    installed: false,
    recommended: false,
    fit: {
      place: "cpu",
      device: null,
      left_bytes: 7_100_000_000,
      tokens_per_second: 31.6,
      measured: false,
      quick: true,
    },
    ...more,
  };
}

export function aDownload(more: Partial<Download> = {}): Download {
  return {
    id: "d1",
    catalogue_id: "tiny",
    name: "Tiny 0.6B",
    repo: "maker/tiny",
    variant: "Q8_0",
    status: "downloading",
    done_bytes: 160_000_000,
    total_bytes: 640_000_000,
    total_known: true,
    checked_bytes: null,
    parts: 1,
    parts_done: 0,
    bytes_per_second: 8_000_000,
    eta_seconds: 60,
    error: null,
    model_id: null,
    ...more,
  };
}

export const someKinds: ConnectionKind[] = [
  {
    id: "openai-compatible",
    label: "OpenAI-compatible",
    base_url: null,
    needs_key: false,
    may_end_unmarked: true,
  },
  {
    id: "anthropic",
    label: "Anthropic",
    base_url: "https://api.anthropic.com",
    needs_key: true,
    may_end_unmarked: false,
  },
];

export const aMachine: Machine = {
  memory_bytes: 32_000_000_000,
  available_bytes: 20_000_000_000,
  free_disk_bytes: 118_000_000_000,
  disk_bytes: 200_000_000_000,
  cores: 8,
  local_engine: true,
  devices: [],
  unused: null,
};

export function aModelFile(more: Partial<ModelFile> = {}): ModelFile {
  return {
    id: "small",
    name: "Small",
    file: "small.gguf",
    size_bytes: 1_100_000_000,
    parts: 1,
    purpose: "chat",
    architecture: "llama",
    quantisation: "Q4_K_M",
    context_tokens: 8192,
    capabilities: ["tools"],
    deletable: true,
    problem: null,
    ...more,
  };
}

export function aLocalModel(more: Partial<LocalModel> = {}): LocalModel {
  return {
    id: "small",
    name: "Small",
    status: "on-disk",
    pinned: false,
    answering: 0,
    waiting: 0,
    size_bytes: 1_100_000_000,
    memory_bytes: null,
    context_tokens: null,
    parallel: null,
    eta_seconds: null,
    tokens_per_second: null,
    last_used_at: null,
    problem: null,
    ...more,
  };
}

export function aQuantisation(more: Partial<Quantisation> = {}): Quantisation {
  return {
    id: "q1",
    model_id: "small",
    type: "Q8_0",
    status: "running",
    done_bytes: 400_000_000,
    total_bytes: 1_000_000_000,
    result_id: null,
    problem: null,
    ...more,
  };
}

/** Nothing is loaded. */
export const noMemory = { budget_bytes: 20_000_000_000, used_bytes: 0 };
