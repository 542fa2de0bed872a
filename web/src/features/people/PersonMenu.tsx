import type { Person } from "../../shared/api/types";
import { IconButton } from "../../shared/ui/IconButton";
import { Menu, MenuItem, MenuLine } from "../../shared/ui/Menu";
import { showToast } from "../../shared/ui/toast-list";
import type { PersonDialog } from "./person-dialog";
import { signPersonOut } from "./queries";
import { usePeopleDeeds } from "./use-people-deeds";
import { words } from "./words";

/** What can be done about somebody. Of oneself, only what does not lock one out. */
export function PersonMenu({
  person,
  isMe,
  onAsk,
  onKeys,
}: {
  person: Person;
  isMe: boolean;
  onAsk: (what: PersonDialog) => void;
  onKeys: () => void;
}) {
  const { attempt, change } = usePeopleDeeds();
  const { name, state, kind } = person;
  const isPerson = kind === "person";
  const move = (to: "active" | "disabled") =>
    void change(
      person,
      { state: to, confirm: false },
      { state: to === "active" ? "disabled" : "active", confirm: false },
      to === "active" ? words.enabled(name) : words.disabled(name),
    );
  const signOut = () =>
    void attempt(
      () => signPersonOut(person.id),
      () => showToast(words.signedOut(name)),
    );
  return (
    <Menu trigger={<IconButton icon="more" label={words.more(name)} />}>
      <MenuItem icon="pen" onSelect={() => onAsk("edit")}>
        {words.edit}
      </MenuItem>
      {!isPerson && (
        <MenuItem icon="key" onSelect={onKeys}>
          {words.keys}
        </MenuItem>
      )}
      {isPerson && state === "active" && (
        <>
          <MenuItem icon="key" onSelect={() => onAsk("reset")}>
            {words.resetPassword}
          </MenuItem>
          <MenuItem icon="leave" onSelect={signOut}>
            {words.signOutAll}
          </MenuItem>
        </>
      )}
      {!isMe && (
        <>
          <MenuLine />
          {state === "active" && (
            <MenuItem icon="off" onSelect={() => move("disabled")}>
              {words.disable}
            </MenuItem>
          )}
          {state === "disabled" && (
            <MenuItem icon="check" onSelect={() => move("active")}>
              {words.enable}
            </MenuItem>
          )}
          <MenuItem icon="trash" loss onSelect={() => onAsk("delete")}>
            {words.delete}
          </MenuItem>
        </>
      )}
    </Menu>
  );
}
