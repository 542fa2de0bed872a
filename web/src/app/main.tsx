import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { chosenTheme, paintBrowserBar } from "../shared/lib/theme";
import { App } from "./App";
import "@fontsource-variable/commissioner/standard.css";
import "@fontsource-variable/jetbrains-mono/wght.css";
import "@fontsource-variable/source-serif-4/wght.css";
import "../shared/tokens.css";
import "./global.css";

paintBrowserBar(chosenTheme());

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root.");
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
