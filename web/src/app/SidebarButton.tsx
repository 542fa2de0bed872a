import { useLocation } from "wouter";
import { IconButton } from "../shared/ui/IconButton";
import { useSidebarPlace } from "./sidebar-place";
import { words } from "./words";

/** The way to the sidebar, and to a new chat, where the sidebar is not seen. Stands first in every page's bar. */
export function SidebarButton() {
  const { isDrawer, isShown, show } = useSidebarPlace();
  const [, navigate] = useLocation();
  if (isDrawer) return <IconButton icon="menu" label={words.openDrawer} onClick={show} />;
  if (isShown) return null;
  return (
    <>
      <IconButton icon="sidebar" label={words.showSidebar} onClick={show} />
      <IconButton icon="pen" label={words.newChat} onClick={() => navigate("/c/new")} />
    </>
  );
}
