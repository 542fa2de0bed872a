/** The inside of the page "Groups": people together, and what being in one allows. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Group, Me } from "../../shared/api/types";
import { Button } from "../../shared/ui/Button";
import { EmptyState } from "../../shared/ui/EmptyState";
import { IconButton } from "../../shared/ui/IconButton";
import { Menu, MenuItem, MenuLine } from "../../shared/ui/Menu";
import { PageBody } from "../../shared/ui/PageBody";
import { TryAgain } from "../../shared/ui/TryAgain";
import { DeleteGroup } from "./DeleteGroup";
import { GroupEditor } from "./GroupEditor";
import { GroupPeople } from "./GroupPeople";
import styles from "./People.module.css";
import { groupsQuery } from "./queries";
import { words } from "./words";

type Asked = "edit" | "people" | "delete";

export function GroupsPage({ me }: { me: Me }) {
  const { data, isError, refetch } = useQuery(groupsQuery);
  const [isMaking, setIsMaking] = useState(false);
  const [asked, setAsked] = useState<{ about: Group; what: Asked } | null>(null);
  const mayManage = me.permissions.includes("group.manage");
  const groups = data?.items ?? [];
  const close = () => {
    setAsked(null);
    setIsMaking(false);
  };
  const make = (
    <Button icon="plus" variant="primary" onClick={() => setIsMaking(true)}>
      {words.makeGroup}
    </Button>
  );
  return (
    <PageBody
      title={words.groupsTitle}
      lead={words.groupsLead}
      action={mayManage && groups.length > 0 && make}
    >
      {isError && <TryAgain onTry={() => void refetch()} />}
      {data && groups.length === 0 && (
        <EmptyState title={words.noGroupTitle} action={mayManage && make}>
          {words.noGroupLead}
        </EmptyState>
      )}
      {groups.length > 0 && (
        <ul className={styles.list} aria-label={words.groups}>
          {groups.map((group) => (
            <GroupRow
              key={group.id}
              group={group}
              mayManage={mayManage}
              onAsk={(what) => setAsked({ about: group, what })}
            />
          ))}
        </ul>
      )}
      {isMaking && <GroupEditor me={me} onClose={close} />}
      {asked && <GroupDialog me={me} group={asked.about} what={asked.what} onClose={close} />}
    </PageBody>
  );
}

function GroupDialog({
  me,
  group,
  what,
  onClose,
}: {
  me: Me;
  group: Group;
  what: Asked;
  onClose: () => void;
}) {
  switch (what) {
    case "edit":
      return <GroupEditor me={me} group={group} onClose={onClose} />;
    case "people": {
      const mayManage = me.permissions.includes("group.manage");
      return <GroupPeople group={group} mayManage={mayManage} onClose={onClose} />;
    }
    case "delete":
      return <DeleteGroup group={group} onClose={onClose} />;
  }
}

function GroupRow({
  group: { name, description, permissions, people },
  mayManage,
  onAsk,
}: {
  group: Group;
  mayManage: boolean;
  onAsk: (what: Asked) => void;
}) {
  return (
    <li className={styles.row}>
      <div>
        <span className={styles.name}>{name}</span>
        {description && <div className={styles.muted}>{description}</div>}
      </div>
      <div>{words.inGroup(people)}</div>
      <div className={styles.muted}>
        {permissions.length > 0 ? permissions.join(", ") : words.allowsNothing}
      </div>
      <div className={styles.end}>
        <Menu trigger={<IconButton icon="more" label={words.more(name)} />}>
          <MenuItem icon="group" onSelect={() => onAsk("people")}>
            {words.showPeople}
          </MenuItem>
          {mayManage && (
            <>
              <MenuItem icon="pen" onSelect={() => onAsk("edit")}>
                {words.editGroup}
              </MenuItem>
              <MenuLine />
              <MenuItem icon="trash" loss onSelect={() => onAsk("delete")}>
                {words.delete}
              </MenuItem>
            </>
          )}
        </Menu>
      </div>
    </li>
  );
}
