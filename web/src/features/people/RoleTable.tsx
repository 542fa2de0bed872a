import type { Permission, Role } from "../../shared/api/types";
import { Icon } from "../../shared/ui/Icon";
import styles from "./People.module.css";
import { words } from "./words";

/** Permissions down, roles across: who may do what. */
export function RoleTable({
  roles,
  permissions,
}: {
  roles: readonly Role[];
  permissions: readonly Permission[];
}) {
  return (
    // Focusable, so that it can be scrolled with the keyboard.
    // oxlint-disable-next-line no-noninteractive-tabindex
    <div className={styles.scroll} role="region" aria-label={words.roleTable} tabIndex={0}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{words.permission}</th>
            {roles.map(({ id, name }) => (
              <th key={id} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {permissions.map(({ name, meaning }) => (
            <tr key={name}>
              <th scope="row">
                {meaning}
                <code className={styles.code}>{name}</code>
              </th>
              {roles.map((role) => (
                <td key={role.id}>
                  <Mark isAllowed={role.permissions.includes(name)} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Mark({ isAllowed }: { isAllowed: boolean }) {
  return (
    <span className={isAllowed ? styles.yes : styles.no}>
      {isAllowed ? <Icon name="check" /> : <span aria-hidden="true">–</span>}
      <span className="visually-hidden">{isAllowed ? words.allowed : words.notAllowed}</span>
    </span>
  );
}
