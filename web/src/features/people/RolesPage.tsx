/** The inside of the page "Roles": a table of what each of them allows, and the ways to change that. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Me, Role } from "../../shared/api/types";
import { Button } from "../../shared/ui/Button";
import { PageBody } from "../../shared/ui/PageBody";
import { TryAgain } from "../../shared/ui/TryAgain";
import { DeleteRole } from "./DeleteRole";
import styles from "./People.module.css";
import { permissionsQuery, rolesQuery } from "./queries";
import { RoleEditor } from "./RoleEditor";
import { RoleList } from "./RoleList";
import { RoleTable } from "./RoleTable";
import { words } from "./words";

export function RolesPage({ me }: { me: Me }) {
  const roles = useQuery(rolesQuery);
  const permissions = useQuery(permissionsQuery);
  const [isMaking, setIsMaking] = useState(false);
  const [asked, setAsked] = useState<{ about: Role; what: "edit" | "delete" } | null>(null);
  const mayManage = me.permissions.includes("role.manage");
  const close = () => {
    setAsked(null);
    setIsMaking(false);
  };
  return (
    <PageBody
      title={words.rolesTitle}
      lead={words.rolesLead}
      action={
        mayManage && (
          <Button icon="plus" variant="primary" onClick={() => setIsMaking(true)}>
            {words.makeRole}
          </Button>
        )
      }
    >
      {roles.isError && <TryAgain onTry={() => void roles.refetch()} />}
      {roles.data && (
        <RoleList
          roles={roles.data.items}
          mayManage={mayManage}
          onAsk={(about, what) => setAsked({ about, what })}
        />
      )}
      {roles.data && permissions.data && (
        <RoleTable roles={roles.data.items} permissions={permissions.data.items} />
      )}
      <p className={styles.muted}>{words.ownerMay}</p>
      {isMaking && <RoleEditor onClose={close} />}
      {asked?.what === "edit" && <RoleEditor role={asked.about} onClose={close} />}
      {asked?.what === "delete" && <DeleteRole role={asked.about} onClose={close} />}
    </PageBody>
  );
}
