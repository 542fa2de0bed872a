/** The inside of the page "People": who is here, who wants to be, and the ways in. */
import { useDeferredValue, useState } from "react";
import type { Me, Person } from "../../shared/api/types";
import { Button } from "../../shared/ui/Button";
import { PageBody } from "../../shared/ui/PageBody";
import { AddAccount } from "./AddAccount";
import { FoundPeople } from "./FoundPeople";
import { InviteDialog } from "./InviteDialog";
import { OpenInvitations } from "./OpenInvitations";
import styles from "./People.module.css";
import { PersonFilters } from "./PersonFilters";
import type { RenderLook } from "./render-look";
import { words } from "./words";

const everybody = { query: "", state: "", role: "" };

export function PeoplePage({
  me,
  onKeys,
  renderLook,
}: {
  me: Me;
  /** Shows what programs come with as a service account. */
  onKeys: (account: Person) => void;
  /** How one looks into somebody's conversations; offered where the policy and one's permissions allow it. */
  renderLook?: RenderLook;
}) {
  const [filter, setFilter] = useState(everybody);
  const [asked, setAsked] = useState<"invite" | "account" | null>(null);
  const mayManage = me.permissions.includes("person.manage");
  const askToInvite = () => setAsked("invite");
  const close = () => setAsked(null);
  return (
    <PageBody
      title={words.people}
      lead={words.peopleLead}
      action={
        mayManage && (
          <Button icon="plus" variant="primary" onClick={askToInvite}>
            {words.invite}
          </Button>
        )
      }
    >
      <PersonFilters filter={filter} mayManage={mayManage} onChange={setFilter} />
      <FoundPeople
        me={me}
        onKeys={onKeys}
        {...(renderLook && { renderLook })}
        filter={useDeferredValue(filter)}
        onShowWaiting={() => setFilter({ ...everybody, state: "waiting" })}
        {...(mayManage && filter === everybody && { onInvite: askToInvite })}
      />
      {mayManage && <OpenInvitations />}
      {me.permissions.includes("service.manage") && (
        <Button className={styles.after} icon="plus" onClick={() => setAsked("account")}>
          {words.addAccount}
        </Button>
      )}
      {asked === "invite" && <InviteDialog me={me} onClose={close} />}
      {asked === "account" && <AddAccount onClose={close} />}
    </PageBody>
  );
}
