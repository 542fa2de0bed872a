/** The foot of the sidebar: who is signed in, and the way out. `onSignedOut` is called when the session has ended. */
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { Me } from "../../shared/api/types";
import { chooseTheme, themes } from "../../shared/lib/theme";
import { useTheme } from "../../shared/lib/use-theme";
import { Menu, MenuItem, MenuLabel, MenuLine } from "../../shared/ui/Menu";
import { themeWords } from "../../shared/ui/ThemeButton";
import { showToast } from "../../shared/ui/toast-list";
import { AccountButton } from "./AccountButton";
import { signOut } from "./queries";
import { SignOutEverywhere } from "./SignOutEverywhere";
import { words } from "./words";

export function AccountMenu({
  me,
  onProfile,
  onSignedOut,
}: {
  me: Me;
  onProfile: () => void;
  onSignedOut: () => void;
}) {
  const theme = useTheme();
  const [isAsking, setIsAsking] = useState(false);
  const leaving = useMutation({
    mutationFn: signOut,
    onSuccess: onSignedOut,
    onError: () => showToast(words.signOutFailed),
  });
  return (
    <>
      <Menu side="top" align="start" trigger={<AccountButton me={me} />}>
        <MenuLabel>{me.email}</MenuLabel>
        <MenuItem icon="person" onSelect={onProfile}>
          {words.profile}
        </MenuItem>
        <MenuLine />
        <MenuLabel>{words.theme}</MenuLabel>
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
        <MenuLine />
        <MenuItem icon="leave" onSelect={() => leaving.mutate({ everywhere: false })}>
          {words.signOut}
        </MenuItem>
        <MenuItem icon="leave" onSelect={() => setIsAsking(true)}>
          {words.signOutEverywhere}
        </MenuItem>
      </Menu>
      <SignOutEverywhere
        open={isAsking}
        isBusy={leaving.isPending}
        onClose={() => setIsAsking(false)}
        onConfirm={() => leaving.mutate({ everywhere: true })}
      />
    </>
  );
}
