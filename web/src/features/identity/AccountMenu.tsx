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
import { ConfirmSignOut } from "./ConfirmSignOut";
import { words } from "./words";

export function AccountMenu({
  me,
  unsent = 0,
  onProfile,
  onSignedOut,
}: {
  me: Me;
  /** How many messages this browser has not sent yet: they go with the session. */
  unsent?: number;
  onProfile: () => void;
  onSignedOut: () => void;
}) {
  const theme = useTheme();
  const [asking, setAsking] = useState<"here" | "everywhere" | null>(null);
  const leaving = useMutation({
    mutationFn: signOut,
    onSuccess: () => {
      // The browser forgets all that was kept; how the page looks is not the person's.
      chooseTheme(theme);
      onSignedOut();
    },
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
        <MenuItem
          icon="leave"
          onSelect={() => (unsent > 0 ? setAsking("here") : leaving.mutate({ everywhere: false }))}
        >
          {words.signOut}
        </MenuItem>
        <MenuItem icon="leave" onSelect={() => setAsking("everywhere")}>
          {words.signOutEverywhere}
        </MenuItem>
      </Menu>
      <ConfirmSignOut
        asking={asking}
        unsent={unsent}
        isBusy={leaving.isPending}
        onClose={() => setAsking(null)}
        onConfirm={() => leaving.mutate({ everywhere: asking === "everywhere" })}
      />
    </>
  );
}
