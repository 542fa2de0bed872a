/**
 * About how much a text is for a model, in the server's units, so that a draft can be weighed while it is typed:
 * what one model makes of a unit, the server says. The same rules as src/arcano/inference/tokens/estimate_tokens.py.
 */
export function textUnits(text: string): number {
  let units = 0;
  for (const { pattern, weight } of kinds) units += (text.match(pattern)?.length ?? 0) * weight;
  return units;
}

/** What a chat template puts around each message. */
export const messageUnits = 4;

const kinds = [
  { pattern: /[A-Za-z]/g, weight: 0.25 },
  { pattern: /[ \t]/g, weight: 0.03 },
  { pattern: /[0-9]/g, weight: 0.45 },
  { pattern: /[^\P{ASCII}A-Za-z0-9 \t]/gu, weight: 0.5 },
  { pattern: /[\u0080-\u01bf]/g, weight: 0.75 },
  { pattern: /[\u0340-\u03ff]/g, weight: 0.6 },
  { pattern: /[\u0400-\u04ff]/g, weight: 0.4 },
  { pattern: /[\u0500-\u07ff]/g, weight: 0.6 },
  { pattern: /[\u0800-\u0fff]/g, weight: 0.65 },
  { pattern: /[\u1000-\u1fff]/g, weight: 0.8 },
  { pattern: /[\u2000-\u2fff]/g, weight: 0.9 },
  { pattern: /[\u3000-\u9fff]/g, weight: 0.8 },
  { pattern: /[\ua000-\ud7ff]/g, weight: 0.75 },
  { pattern: /[\u01c0-\u033f\ue000-\uffff]/g, weight: 1 },
  { pattern: /[\u{10000}-\u{10ffff}]/gu, weight: 2.2 },
];
