import { Dialog } from "@base-ui/react/dialog";
import { type ReactNode, useCallback, useState } from "react";
import { useLocation } from "wouter";
import type { Me } from "../shared/api/types";
import styles from "./Frame.module.css";
import { Palette } from "./Palette";
import { ShortcutsDialog } from "./ShortcutsDialog";
import { Sidebar } from "./Sidebar";
import { isSettingsPath } from "./settings-pages";
import { SidebarPlaceContext } from "./sidebar-place";
import { useLastChat } from "./use-last-chat";
import { useShortcuts } from "./use-shortcuts";
import { useSidebarState } from "./use-sidebar-state";
import { words } from "./words";

type Floating = "palette" | "shortcuts" | null;

/** The sidebar, the page beside it, and what floats above both. */
export function Frame({ me, children }: { me: Me; children: ReactNode }) {
  const [location, navigate] = useLocation();
  const lastChat = useLastChat();
  const place = useSidebarState();
  const [floating, setFloating] = useState<Floating>(null);
  const close = useCallback(() => setFloating(null), []);
  const newChat = useCallback(() => navigate("/c/new"), [navigate]);
  useShortcuts({
    search: () => setFloating("palette"),
    shortcuts: () => setFloating("shortcuts"),
    newChat,
    toggleSidebar: () => (place.isShown ? place.hide() : place.show()),
  });
  const sidebar = (
    <Sidebar
      me={me}
      lastChat={lastChat}
      onSearch={() => setFloating("palette")}
      onNewChat={newChat}
    />
  );
  const isSettings = isSettingsPath(location);
  return (
    <SidebarPlaceContext value={place}>
      <a className={styles.skip} href="#main">
        {isSettings ? words.skipToPage : words.skip}
      </a>
      <div className={styles.frame} data-sidebar={!place.isDrawer && place.isShown}>
        {place.isDrawer ? (
          <Dialog.Root open={place.isShown} onOpenChange={(open) => !open && place.hide()}>
            <Dialog.Portal>
              <Dialog.Backdrop className={styles.scrim} />
              <Dialog.Popup
                className={styles.drawer}
                aria-label={isSettings ? words.settings : words.sidebar}
              >
                {sidebar}
              </Dialog.Popup>
            </Dialog.Portal>
          </Dialog.Root>
        ) : (
          place.isShown && sidebar
        )}
        <main id="main" className={styles.main} tabIndex={-1}>
          {children}
        </main>
      </div>
      <Palette
        open={floating === "palette"}
        onClose={close}
        onShortcuts={() => setFloating("shortcuts")}
        me={me}
      />
      <ShortcutsDialog open={floating === "shortcuts"} onClose={close} />
    </SidebarPlaceContext>
  );
}
