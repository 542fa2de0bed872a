/**
 * What this browser remembers: the theme, drafts, whether the sidebar is open. Never anything secret.
 *
 * Storage may be closed or full (private windows): remembering is then quietly skipped.
 */
export const localMemory = {
  read(key: string): string | null {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  },

  keys(): string[] {
    try {
      return Object.keys(localStorage);
    } catch {
      return [];
    }
  },

  /** Null forgets. */
  write(key: string, value: string | null): void {
    try {
      if (value === null) localStorage.removeItem(key);
      else localStorage.setItem(key, value);
    } catch {
      // Nothing to do: the page works without.
    }
  },
};
