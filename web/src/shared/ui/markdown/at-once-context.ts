import { createContext } from "react";

/** Whether a long text must be there whole with the first drawing, as on paper. */
export const AtOnceContext = createContext(false);
