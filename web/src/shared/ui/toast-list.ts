/** The short notices at the foot of the page, and who listens to them. */

export interface Toast {
  id: number;
  message: string;
  undo?: () => void;
}

const listeners = new Set<() => void>();
let toasts: readonly Toast[] = [];
let nextId = 1;

function change(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

/** Says something that needs no answer. With `undo` it stays longer, and offers the way back. */
export function showToast(message: string, options: { undo?: () => void } = {}): void {
  const toast: Toast = { id: nextId++, message, ...options };
  // Two at most: a pile of notices is a wall.
  change([...toasts.slice(-1), toast]);
}

export function dismissToast(id: number): void {
  change(toasts.filter((toast) => toast.id !== id));
}

export const toastList = {
  read: (): readonly Toast[] => toasts,
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};
