import { useId } from "react";
import { Link, useLocation } from "wouter";
import type { Me } from "../shared/api/types";
import { Icon } from "../shared/ui/Icon";
import styles from "./Sidebar.module.css";
import { isAt, type SettingsGroup, settingsGroupsFor } from "./settings-pages";
import { words } from "./words";

/** What the sidebar shows on the pages of the workspace: the way back, and the other pages. */
export function SettingsNavigation({
  me,
  lastChat,
  onNavigate,
}: {
  me: Me;
  lastChat: string;
  onNavigate: () => void;
}) {
  return (
    <>
      <ul className={styles.fixed}>
        <li>
          <Link className={styles.row} href={lastChat} onClick={onNavigate}>
            <Icon name="back" />
            <span>{words.backToChats}</span>
          </Link>
        </li>
      </ul>
      <div className={styles.pages}>
        {settingsGroupsFor(me).map((group) => (
          <Group key={group.name} group={group} onNavigate={onNavigate} />
        ))}
      </div>
    </>
  );
}

function Group({ group, onNavigate }: { group: SettingsGroup; onNavigate: () => void }) {
  const [location] = useLocation();
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <h2 id={id} className={styles.group}>
        {group.name}
      </h2>
      <ul>
        {group.pages.map((page) => (
          <li key={page.path}>
            <Link
              className={styles.row}
              href={page.path}
              aria-current={isAt(page, location) ? "page" : undefined}
              onClick={onNavigate}
            >
              <Icon name={page.icon} />
              <span>{page.label}</span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
