/** Parameters under a name: three of ours, and those a person saved in this browser. */
import { localMemory } from "../../../shared/lib/local-memory";
import { asParameters, type Parameters } from "./parameters";

export interface Preset {
  name: string;
  parameters: Parameters;
}

/** They say how daring, and leave the rest as it is. */
export const ourPresets: readonly Preset[] = [
  { name: "Precise", parameters: { temperature: 0.2 } },
  { name: "Balanced", parameters: { temperature: 0.7 } },
  { name: "Creative", parameters: { temperature: 1 } },
];

const most = 20;

function memoryKey(personId: string): string {
  return `arcano-presets ${personId}`;
}

export function readPresets(personId: string): readonly Preset[] {
  try {
    const kept: unknown = JSON.parse(localMemory.read(memoryKey(personId)) ?? "[]");
    return Array.isArray(kept) ? kept.flatMap(asPreset) : [];
  } catch {
    return [];
  }
}

function asPreset(value: unknown): Preset[] {
  if (typeof value !== "object" || value === null) return [];
  if (!("name" in value) || typeof value.name !== "string" || value.name === "") return [];
  const parameters = "parameters" in value ? asParameters(value.parameters) : {};
  return [{ name: value.name, parameters }];
}

/** One of the same name gives way; more than a list can hold are not kept. */
export function keepPreset(personId: string, preset: Preset): readonly Preset[] {
  const others = readPresets(personId).filter(({ name }) => name !== preset.name);
  return write(personId, [...others, preset].slice(-most));
}

export function forgetPreset(personId: string, name: string): readonly Preset[] {
  return write(
    personId,
    readPresets(personId).filter((preset) => preset.name !== name),
  );
}

function write(personId: string, presets: readonly Preset[]): readonly Preset[] {
  localMemory.write(memoryKey(personId), presets.length > 0 ? JSON.stringify(presets) : null);
  return presets;
}
