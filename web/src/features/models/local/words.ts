/** Every word about the models of this machine: what lies here, what could, and what the machine has. */
import type {
  CatalogueEntry,
  CatalogueVariant,
  LocalModel,
  Quantisation,
} from "../../../shared/api/types";
import { count, countWord, size, wait } from "../format";
import { quantisationWords } from "../model-facts";

export const words = {
  find: "Find a model",
  findTitle: "Find a model",
  findLead:
    "Open models that answer on this machine. Nothing you write leaves it. The best for this machine comes first.",
  search: "Search",
  searchHint: "Name, maker or what it is good at",
  family: "Family",
  allFamilies: "All families",
  size: "Size",
  sizes: {
    any: "Any size",
    small: "Up to 2 GB",
    medium: "Up to 8 GB",
    large: "Larger than 8 GB",
  },
  fitsOnly: "Fits this machine",
  none: "No model of that kind.",
  recommended: "Recommended",
  variants: (variants: number) =>
    variants === 1 ? "One variant" : `${capital(countWord(variants))} variants`,
  variantsOf: (name: string) => `Variants of ${name}`,
  columns: { variant: "Variant", size: "Size", memory: "Memory", speed: "Speed" },
  about: (text: string) => `about ${text}`,
  download: (name: string, variant: string) => `Download ${name}, ${variant}`,
  licence: (name: string) => `Licence: ${name}`,
  source: "On the hub",
  purpose: { chat: "Chat", code: "Code", embedding: "Search in texts" },

  hub: "From the hub",
  hubHint: "The name of a repository with GGUF files, as maker/model",
  lookUp: "Look",
  lookingUp: "Looking",
  hubEmpty: "It holds no whole GGUF model.",
  hubLicence: (licence: string | null) => (licence ? `Licence: ${licence}` : "It names no licence"),
  gated: "Its maker asks who wants it; such files do not come without an account.",
  tooLarge: "too large for this machine",
  unknownSize: "size unknown",

  gpuMemory: (name: string) => `Memory of ${name}`,
  memory: "Memory",
  disk: "Disk for models",
  used: (used: number, total: number) => `${shares(used, total)} used`,

  empty: "No model file here yet. Find one to download, or put a GGUF file into the models folder.",
  lookForFiles: "Look for new files",
  list: "Models on this machine",
  coming: "On their way",
  onDisk: "On disk, loads when asked",
  waiting: "Waits for memory",
  loading: (seconds: number | null) => (seconds === null ? "Loading" : `Loading, ${wait(seconds)}`),
  loaded: "Loaded",
  pinned: "Stays loaded",
  load: "Load",
  loadOf: (name: string) => `Load ${name}`,
  unload: "Unload",
  unloadOf: (name: string) => `Unload ${name}`,
  more: (name: string) => `More for ${name}`,
  delete: "Delete",
  cancel: "Cancel",
  deleteTitle: (name: string) => `Delete ${name}?`,
  deleteLead: (bytes: number, parts: number, isLoaded: boolean) =>
    `${isLoaded ? "It is unloaded first. " : ""}${parts > 1 ? `Its ${countWord(parts)} files, ${size(bytes)}, are` : `Its file, ${size(bytes)}, is`} deleted from this machine; to have it again it must be downloaded again. Conversations stay as they are.`,
  deleted: (name: string, bytes: number) => `${name} was deleted, ${size(bytes)} are free again`,
  unusable: "Cannot be used",
  notLoaded: "Could not be loaded",
  readOnly: "Lies in a folder that is only read. Delete it there.",
  folder: "A model kept as a folder. Delete the folder in the models folder itself.",
  embeddings: "Makes vectors for search",

  smaller: "Store smaller…",
  smallerTitle: (name: string) => `Store ${name} smaller`,
  smallerLead: (bytes: number) =>
    `A second file with fewer bits for each weight: it needs less memory and answers quicker. This one, ${size(bytes)}, stays as it is. Where its maker offers a small file, that one is better.`,
  smallerTypes: "How small",
  smallerType: { Q8_0: "8 bits (Q8_0)", Q5_0: "5 bits (Q5_0)", Q4_0: "4 bits (Q4_0)" },
  smallerHint: {
    Q8_0: "Hardly different from the original",
    Q5_0: "A little less exact",
    Q4_0: "The smallest, noticeably less exact",
  },
  smallerNoRoom: "The disk has no room for it",
  freeDisk: (bytes: number) => `${size(bytes)} free on the disk`,
  smallerStart: "Store",
  smallerProgress: (name: string, type: string) => `${name} as ${type}`,
  smallerStop: (name: string, type: string) => `Stop storing ${name} as ${type}`,
  smallerPutAway: (name: string, type: string) => `Put away: ${name} as ${type}`,
} as const;

/** “17.2 of 24 GB”. */
function shares(used: number, total: number): string {
  const unit = total >= 1e12 ? 1e12 : 1e9;
  const number = (bytes: number) =>
    (bytes / unit).toLocaleString("en", { maximumFractionDigits: bytes / unit < 10 ? 1 : 0 });
  return `${number(used)} of ${number(total)}\u00a0${unit === 1e12 ? "TB" : "GB"}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** “Answering 2, 41 tokens a second”. */
export function answeringWords({ answering, waiting, tokens_per_second }: LocalModel): string {
  const facts = [
    `Answering ${count(answering)}`,
    waiting > 0 && `${count(waiting)} waiting`,
    tokens_per_second !== null && `${speed(tokens_per_second)} tokens a second`,
  ];
  return facts.filter((fact) => fact !== false).join(", ");
}

/** What a job that stores a model smaller does now. */
export function smallerStateWords({ status, type }: Quantisation): string {
  switch (status) {
    case "waiting":
      return `Waits to be stored as ${type}`;
    case "checking":
      return `Checking the ${type} file`;
    case "failed":
      return `Not stored as ${type}`;
    case "running":
    case "finished":
    case "stopped":
      return `Storing as ${type}`;
  }
}

/** “about 12 tokens a second”; measured ones are said as such. */
export function speedWords({ tokens_per_second, measured }: CatalogueVariant["fit"]): string {
  if (tokens_per_second === null) return "speed not known";
  const text = `${speed(tokens_per_second)} tokens a second`;
  return measured ? `${text}, measured here` : `about ${text}`;
}

/** Two digits: nobody knows it better beforehand. */
function speed(tokens: number): string {
  return tokens.toLocaleString("en", { maximumSignificantDigits: 2 });
}

/** Why this variant is the one for this machine, in a sentence. */
export function reasonWords(entry: CatalogueEntry): string {
  const best = entry.variants.find(({ recommended }) => recommended);
  if (!best || entry.reason === null)
    return `Needs ${size(entry.memory_bytes)} of memory, more than this machine has.`;
  const { device, left_bytes } = best.fit;
  const name = best.quantisation;
  const leaves = `leaves ${size(left_bytes)} of memory free`;
  switch (entry.reason) {
    case "fits-gpu":
      return `${name}: the best quality that fits into ${device ?? "the GPU"}, ${leaves} there.`;
    case "partly":
      return `${name}: runs partly on ${device ?? "the GPU"} and partly on the processor; ${leaves}.`;
    case "finest-quick":
      return `${name}: the best quality that is still quick here; ${leaves}.`;
    case "quickest-good":
      return `${name}: the quickest of good quality; ${leaves}.`;
    case "finest-that-fits":
      return `${name}: the best quality that fits; ${leaves}.`;
  }
}

/** Where a variant would run. */
export function placeWords({ place, device }: CatalogueVariant["fit"]): string {
  switch (place) {
    case "gpu":
      return `on ${device ?? "the GPU"}`;
    case "partly":
      return `partly on ${device ?? "the GPU"}`;
    case "cpu":
      return "on the processor";
    case "nowhere":
      return "does not fit";
  }
}

/** “5.2 GB”, or “about 5.2 GB” where it is an estimate. */
export function sizeWords(variant: CatalogueVariant): string {
  return variant.size_known ? size(variant.size_bytes) : words.about(size(variant.size_bytes));
}

/** “4-bit, 5.2 GB”. */
export function tagWords(quantisation: string | null, bytes: number): string {
  return [quantisation && quantisationWords(quantisation), size(bytes)].filter(Boolean).join(", ");
}
