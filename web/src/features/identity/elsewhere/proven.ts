/** Does what the server may want a fresh proof for; it is asked for by a dialog that the page passes in. */
export type Proven = <T>(deed: () => Promise<T>) => Promise<T>;
