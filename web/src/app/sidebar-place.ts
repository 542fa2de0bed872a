import { createContext, use } from "react";

/** Whether the sidebar is seen, and the ways to show and hide it; on narrow pages it is a drawer. */
export interface SidebarPlace {
  isShown: boolean;
  isDrawer: boolean;
  show: () => void;
  hide: () => void;
}

export const SidebarPlaceContext = createContext<SidebarPlace | null>(null);

export function useSidebarPlace(): SidebarPlace {
  const place = use(SidebarPlaceContext);
  if (!place) throw new Error("There is no sidebar outside the frame.");
  return place;
}
