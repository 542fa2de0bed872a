/** Which types a model of this machine can be stored as, and about how large each would be. */
import type { ModelFile, Quantisation } from "../../../shared/api/types";

export type SmallerType = Quantisation["type"];

/** Bits for each weight, those that say how the others are scaled among them. */
const sourceBits: Record<string, number> = { F32: 32, F16: 16, BF16: 16, Q8_0: 8.5 };
const smallerBits: Record<SmallerType, number> = { Q8_0: 8.5, Q5_0: 5.5, Q4_0: 4.5 };
const types: readonly SmallerType[] = ["Q8_0", "Q5_0", "Q4_0"];

export interface Smaller {
  type: SmallerType;
  /** About: what a model reads and says words by stays at eight bits. */
  size_bytes: number;
}

/** The types in which `file` is smaller than now. None where it cannot be stored anew, or is small already. */
export function smallerTypes(file: ModelFile): Smaller[] {
  const bits = sourceBits[file.quantisation?.toUpperCase() ?? ""];
  if (bits === undefined || file.parts > 1 || file.problem !== null) return [];
  return types
    .filter((type) => smallerBits[type] < bits)
    .map((type) => ({ type, size_bytes: (file.size_bytes * smallerBits[type]) / bits }));
}

export function isUnderWay({ status }: Quantisation): boolean {
  return status === "waiting" || status === "running" || status === "checking";
}

/** Of the jobs for a model, those that a person still has to see: at work, or failed. */
export function toBeSeen(jobs: readonly Quantisation[], modelId: string): Quantisation[] {
  return jobs.filter(
    (job) => job.model_id === modelId && (isUnderWay(job) || job.status === "failed"),
  );
}
