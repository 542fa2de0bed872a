import type { Role } from "../../shared/api/types";
import { IconButton } from "../../shared/ui/IconButton";
import { Menu, MenuItem } from "../../shared/ui/Menu";
import { showToast } from "../../shared/ui/toast-list";
import styles from "./People.module.css";
import { changeRole, deleteRole } from "./queries";
import { usePeopleDeeds } from "./use-people-deeds";
import { words } from "./words";

/** Every role, with how many have it. */
export function RoleList({
  roles,
  mayManage,
  onAsk,
}: {
  roles: readonly Role[];
  mayManage: boolean;
  onAsk: (role: Role, what: "edit" | "delete") => void;
}) {
  return (
    <ul className={styles.list} aria-label={words.rolesTitle}>
      {roles.map((role) => (
        <li key={role.id} className={styles.row}>
          <div className={styles.name}>{role.name}</div>
          <div>{words.inGroup(role.people)}</div>
          <div className={styles.muted}>{role.built_in && aboutBuiltIn(role)}</div>
          <div className={styles.end}>
            {mayManage && role.id !== "owner" && (
              <RoleMenu role={role} onAsk={(what) => onAsk(role, what)} />
            )}
          </div>
        </li>
      ))}
    </ul>
  );
}

function aboutBuiltIn({ changed }: Role): string {
  return changed ? `${words.builtIn} · ${words.differs}` : words.builtIn;
}

function RoleMenu({ role, onAsk }: { role: Role; onAsk: (what: "edit" | "delete") => void }) {
  const { attempt } = usePeopleDeeds();
  const reset = () =>
    void attempt(
      () => deleteRole(role.id),
      () =>
        showToast(words.wasReset(role.name), {
          undo: () => void attempt(() => changeRole(role.id, { permissions: role.permissions })),
        }),
    );
  return (
    <Menu trigger={<IconButton icon="more" label={words.more(role.name)} />}>
      <MenuItem icon="pen" onSelect={() => onAsk("edit")}>
        {words.editGroup}
      </MenuItem>
      {role.changed && (
        <MenuItem icon="redo" onSelect={reset}>
          {words.reset}
        </MenuItem>
      )}
      {!role.built_in && (
        <MenuItem icon="trash" loss onSelect={() => onAsk("delete")}>
          {words.delete}
        </MenuItem>
      )}
    </Menu>
  );
}
