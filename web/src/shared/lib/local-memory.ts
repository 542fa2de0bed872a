/**
 * What this browser remembers: the theme, drafts, whether the sidebar is open. Never anything secret.
 *
 * Storage may be closed or full (private windows): what is written is then not kept, and whoever wrote it is told.
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

  /** Null forgets. False: it was not kept. */
  write(key: string, value: string | null): boolean {
    try {
      if (value === null) localStorage.removeItem(key);
      else localStorage.setItem(key, value);
      return true;
    } catch {
      return false;
    }
  },

  /** Calls with what another tab of this browser has written. Gives the way to stop listening. */
  onChange(listener: (key: string, value: string | null) => void): () => void {
    const hear = ({ key, newValue }: StorageEvent) => {
      if (key !== null) listener(key, newValue);
    };
    window.addEventListener("storage", hear);
    return () => window.removeEventListener("storage", hear);
  },
};
