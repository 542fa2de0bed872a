import type { RootContent } from "mdast";

/** A stretch of a text that stands on its own: read alone or among the others, it gives the same. */
export interface Block {
  source: string;
  nodes: readonly RootContent[];
  /** Where the names used in `[text][name]` lead. */
  addresses: ReadonlyMap<string, string>;
}
