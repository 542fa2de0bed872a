import { localMemory } from "./local-memory";

/** The theme a person chose, or the system's. `/theme.js` applies the same memory before the first paint. */
export type Theme = "light" | "dark" | "system";

export const themes: readonly Theme[] = ["light", "dark", "system"];

const memoryKey = "arcano-theme";

export function chosenTheme(): Theme {
  const remembered = localMemory.read(memoryKey);
  return themes.find((theme) => theme === remembered) ?? "system";
}

/** The bar around the page on a phone takes the page's colour. */
const barColours = { light: "#fbfaf6", dark: "#13171f" } as const;

export function paintBrowserBar(theme: Theme): void {
  for (const meta of document.querySelectorAll<HTMLMetaElement>("meta[name=theme-color]")) {
    const own = meta.media.includes("dark") ? "dark" : "light";
    meta.content = barColours[theme === "system" ? own : theme];
  }
}

export function chooseTheme(theme: Theme): void {
  localMemory.write(memoryKey, theme === "system" ? null : theme);
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
  paintBrowserBar(theme);
  window.dispatchEvent(new Event(themeChosen));
}

const themeChosen = "arcano-theme-chosen";

export function subscribeToTheme(onChange: () => void): () => void {
  window.addEventListener(themeChosen, onChange);
  return () => window.removeEventListener(themeChosen, onChange);
}
