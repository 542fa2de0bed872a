import { chooseTheme, type Theme, themes } from "../lib/theme";
import { useMedia } from "../lib/use-media";
import { useTheme } from "../lib/use-theme";
import { IconButton } from "./IconButton";
import type { IconName } from "./icons";
import { Menu, MenuItem } from "./Menu";

export const themeWords: Record<Theme, { name: string; icon: IconName }> = {
  light: { name: "Light", icon: "sun" },
  dark: { name: "Dark", icon: "moon" },
  system: { name: "As the system", icon: "screen" },
};

/** Light, dark, or what the system says. */
export function ThemeButton({ side = "bottom" }: { side?: "top" | "bottom" }) {
  const theme = useTheme();
  const isSystemDark = useMedia("(prefers-color-scheme: dark)");
  const isDark = theme === "dark" || (theme === "system" && isSystemDark);
  return (
    <Menu side={side} trigger={<IconButton icon={isDark ? "moon" : "sun"} label="Theme" />}>
      {themes.map((one) => (
        <MenuItem
          key={one}
          icon={themeWords[one].icon}
          checked={one === theme}
          onSelect={() => chooseTheme(one)}
        >
          {themeWords[one].name}
        </MenuItem>
      ))}
    </Menu>
  );
}
