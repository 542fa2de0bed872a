import { useCallback, useMemo, useState } from "react";
import { localMemory } from "../shared/lib/local-memory";
import { useMedia } from "../shared/lib/use-media";
import type { SidebarPlace } from "./sidebar-place";

const memoryKey = "arcano-sidebar";

/** Wide pages remember whether the sidebar is shown; the drawer of narrow ones always begins closed. */
export function useSidebarState(): SidebarPlace {
  const isDrawer = useMedia("(max-width: 860px)");
  const [isHidden, setIsHidden] = useState(() => localMemory.read(memoryKey) === "hidden");
  const [isDrawerOpen, setIsDrawerOpen] = useState(false);

  const set = useCallback(
    (isShown: boolean) => {
      if (isDrawer) {
        setIsDrawerOpen(isShown);
        return;
      }
      localMemory.write(memoryKey, isShown ? null : "hidden");
      setIsHidden(!isShown);
    },
    [isDrawer],
  );
  return useMemo(
    () => ({
      isShown: isDrawer ? isDrawerOpen : !isHidden,
      isDrawer,
      show: () => set(true),
      hide: () => set(false),
    }),
    [isDrawer, isDrawerOpen, isHidden, set],
  );
}
