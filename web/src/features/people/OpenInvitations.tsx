import { useQuery } from "@tanstack/react-query";
import { Button } from "../../shared/ui/Button";
import { Section } from "../../shared/ui/Section";
import { showToast } from "../../shared/ui/toast-list";
import styles from "./People.module.css";
import { invitationsQuery, revoke, rolesQuery } from "./queries";
import { usePeopleDeeds } from "./use-people-deeds";
import { words } from "./words";

/** Links that nobody has used yet; nothing where there are none. */
export function OpenInvitations() {
  const invitations = useQuery(invitationsQuery).data?.items ?? [];
  const roles = useQuery(rolesQuery).data?.items ?? [];
  const { attempt } = usePeopleDeeds();
  if (invitations.length === 0) return null;
  const nameOf = (role: string) => roles.find(({ id }) => id === role)?.name ?? role;
  const takeBack = (id: string) =>
    void attempt(
      () => revoke(id),
      () => showToast(words.revoked),
    );
  return (
    <Section title={words.invitations} note={words.invitationsNote}>
      <ul className={styles.list} aria-label={words.invitations}>
        {invitations.map(({ id, email, role, expires_at }) => (
          <li key={id} className={styles.row}>
            <div className={styles.name}>{email ?? words.anybody}</div>
            <div>{words.asRole(nameOf(role))}</div>
            <time className={styles.muted} dateTime={expires_at}>
              {words.until(new Date(expires_at).toLocaleDateString())}
            </time>
            <div className={styles.end}>
              <Button
                aria-label={words.revokeOf(email ?? words.anybody.toLowerCase())}
                onClick={() => takeBack(id)}
              >
                {words.revoke}
              </Button>
            </div>
          </li>
        ))}
      </ul>
    </Section>
  );
}
