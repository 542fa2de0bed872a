import type { ReactNode } from "react";
import type { Person } from "../../shared/api/types";

/** What another feature draws of somebody's conversations. */
export type RenderLook = (person: Person, onClose: () => void) => ReactNode;
