import { useEffect } from "react";
import { useLocation } from "wouter";
import { FirstRunPage } from "../features/models/FirstRunPage";
import { words } from "./words";

/** `/welcome`: the first page after set-up. */
export function WelcomeRoute() {
  const [, navigate] = useLocation();

  // Synchronises the tab, which is outside React.
  useEffect(() => {
    document.title = `${words.welcome} · Arcano`;
  }, []);

  return (
    <FirstRunPage
      onStart={(modelId) => navigate(`/c/new?model=${encodeURIComponent(modelId)}`)}
      onLater={() => navigate("/c/new")}
    />
  );
}
