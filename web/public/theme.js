// Runs before the first paint, so that a remembered theme never flashes. Not a module and not inline: the
// content security policy allows neither. Kept in step with src/shared/lib/theme.ts.
try {
  var theme = localStorage.getItem("arcano-theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage is closed to us: the system's theme it is.
}
