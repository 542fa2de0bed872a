import { useSyncExternalStore } from "react";
import { chosenTheme, subscribeToTheme, type Theme } from "./theme";

export function useTheme(): Theme {
  return useSyncExternalStore(subscribeToTheme, chosenTheme);
}
