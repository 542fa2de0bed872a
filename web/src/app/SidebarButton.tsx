import { useLocation } from "wouter";
import { IconButton } from "../shared/ui/IconButton";
import { isSettingsPath } from "./settings-pages";
import { useSidebarPlace } from "./sidebar-place";
import { words } from "./words";

/** The way to the sidebar, and to a new chat, where the sidebar is not seen. Stands first in every page's bar. */
export function SidebarButton() {
  const { isDrawer, isShown, show } = useSidebarPlace();
  const [location, navigate] = useLocation();
  if (isDrawer) {
    const label = isSettingsPath(location) ? words.settings : words.openDrawer;
    return <IconButton icon="menu" label={label} onClick={show} />;
  }
  if (isShown) return null;
  return (
    <>
      <IconButton icon="sidebar" label={words.showSidebar} onClick={show} />
      <IconButton icon="pen" label={words.newChat} onClick={() => navigate("/c/new")} />
    </>
  );
}
