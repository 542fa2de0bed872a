/** What a model is and can do, in few words. */

/** “4-bit” for the many names of the same thing. */
export function quantisationWords(name: string): string {
  const bits = /(?:^|[^a-z])i?q(\d)/i.exec(name)?.[1] ?? /f(16|32)$/i.exec(name)?.[1];
  return bits ? `${bits}-bit` : name;
}

const abilities: Record<string, string> = {
  images: "images",
  tools: "tools",
  reasoning: "reasoning",
  "json-schema": "JSON",
};

/** “Text, images, tools”. */
export function abilityWords(capabilities: readonly string[]): string {
  const others = capabilities.filter((one) => one !== "chat");
  return ["Text", ...others.map((one) => abilities[one] ?? one)].join(", ");
}
