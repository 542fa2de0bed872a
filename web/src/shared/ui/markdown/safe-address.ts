const allowed = new Set(["http:", "https:", "mailto:"]);

/** The address if a person may be led there from a model's words; else null. */
export function safeAddress(address: string): string | null {
  try {
    const url = new URL(address);
    return allowed.has(url.protocol) ? url.href : null;
  } catch {
    // No scheme: within an answer it has no meaning, and could only lead into this workspace.
    return null;
  }
}
