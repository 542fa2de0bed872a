import { createContext } from "react";

/** Where the names used in `[text][name]` lead, in the block around. */
export const AddressContext = createContext<ReadonlyMap<string, string>>(new Map());
