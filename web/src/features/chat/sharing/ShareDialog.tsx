import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ApiProblem } from "../../../shared/api/api-problem";
import type { Conversation, Grant, GrantDraft, Page } from "../../../shared/api/types";
import { Button } from "../../../shared/ui/Button";
import { Dialog } from "../../../shared/ui/Dialog";
import { IconButton } from "../../../shared/ui/IconButton";
import { LinkButton } from "../../../shared/ui/LinkButton";
import { Select } from "../../../shared/ui/Select";
import { showToast } from "../../../shared/ui/toast-list";
import { TryAgain } from "../../../shared/ui/TryAgain";
import { showConversation } from "../list/list-cache";
import { grantsQuery, groupsToShareQuery, othersQuery, share, unshare } from "./queries";
import styles from "./ShareDialog.module.css";
import { words } from "./words";

type Shareable = "viewer" | "editor";

/** Whom a conversation is shared with, and how much of it they have; each change holds at once, with the way back. */
export function ShareDialog({
  conversation,
  personId,
  onClose,
}: {
  conversation: Conversation;
  personId: string;
  onClose: () => void;
}) {
  const client = useQueryClient();
  const query = grantsQuery(conversation.id);
  const { data, isError, refetch } = useQuery({ ...query, staleTime: 0 });
  const grants = data?.items ?? [];
  // Said in the dialog itself: nothing outside of it can be reached while it is open.
  const [taken, setTaken] = useState<Grant | null>(null);
  const attempt = async (deed: () => Promise<Page<Grant>>, nowTaken: Grant | null) => {
    try {
      const now = await deed();
      client.setQueryData(query.queryKey, now);
      showConversation(client, { ...conversation, is_shared: now.items.length > 0 });
      setTaken(nowTaken);
    } catch (error) {
      showToast(error instanceof ApiProblem ? error.detail : words.failed);
    }
  };
  const put = (draft: GrantDraft) => void attempt(() => share(conversation.id, draft), null);
  const remove = (grant: Grant) => void attempt(() => unshare(conversation.id, grant), grant);
  return (
    <Dialog open onClose={onClose} title={words.title}>
      <div className={styles.body}>
        <p className={styles.lead}>{words.lead}</p>
        {isError && <TryAgain onTry={() => void refetch()} />}
        {data && grants.length === 0 && <p>{words.withNobody}</p>}
        {grants.length > 0 && (
          <ul className={styles.grants} aria-label={words.sharedWith}>
            {grants.map((grant) => (
              <li key={`${grant.grantee_kind} ${grant.grantee_id}`} className={styles.grant}>
                <span className={styles.name}>{nameOf(grant)}</span>
                <select
                  className={styles.level}
                  aria-label={words.levelOf(nameOf(grant))}
                  value={grant.level}
                  onChange={({ target }) => put(draftOf(grant, levelOf(target.value)))}
                >
                  <Levels />
                </select>
                <IconButton
                  icon="close"
                  label={words.remove(nameOf(grant))}
                  onClick={() => remove(grant)}
                />
              </li>
            ))}
          </ul>
        )}
        <p role="status" className={styles.taken}>
          {taken && (
            <>
              {words.removed(nameOf(taken))}
              <LinkButton onClick={() => put(draftOf(taken, levelOf(taken.level)))}>
                {words.undo}
              </LinkButton>
            </>
          )}
        </p>
        {data && <NewGrant personId={personId} grants={grants} onPut={put} />}
        <div className={styles.foot}>
          <Button onClick={onClose}>{words.close}</Button>
        </div>
      </div>
    </Dialog>
  );
}

function Levels() {
  return (
    <>
      <option value="viewer">{words.levels.viewer}</option>
      <option value="editor">{words.levels.editor}</option>
    </>
  );
}

function NewGrant({
  personId,
  grants,
  onPut,
}: {
  personId: string;
  grants: readonly Grant[];
  onPut: (draft: GrantDraft) => void;
}) {
  const [whom, setWhom] = useState("");
  const [level, setLevel] = useState<Shareable>("viewer");
  const others = useInfiniteQuery(othersQuery);
  const groups = useQuery(groupsToShareQuery);
  const known = new Set(grants.map(keyOf));
  const people = (others.data?.pages.flatMap(({ items }) => items) ?? [])
    .filter(({ id }) => id !== personId)
    .map(({ id, name }): Choice => ({ grantee_kind: "person", grantee_id: id, name }));
  const inGroups = (groups.data?.items ?? []).map(({ id, name }): Choice => ({
    grantee_kind: "group",
    grantee_id: id,
    name,
  }));
  const everybody: Choice = { grantee_kind: "everyone", grantee_id: "", name: words.everybody };
  const left = [everybody, ...people, ...inGroups].filter((choice) => !known.has(keyOf(choice)));
  const chosen = left.find((choice) => keyOf(choice) === whom);
  const put = () => {
    if (!chosen) return;
    const { grantee_kind, grantee_id } = chosen;
    onPut({ grantee_kind, grantee_id, level });
    setWhom("");
  };
  return (
    <div className={styles.add}>
      <Select label={words.whom} value={chosen ? whom : ""} onChange={setWhom}>
        <option value="">{words.choose}</option>
        {left
          .filter(({ grantee_kind }) => grantee_kind === "everyone")
          .map((choice) => (
            <Option key={keyOf(choice)} choice={choice} />
          ))}
        <Choices label={words.people} of={left} kind="person" />
        <Choices label={words.groups} of={left} kind="group" />
      </Select>
      <Select label={words.level} value={level} onChange={(value) => setLevel(levelOf(value))}>
        <Levels />
      </Select>
      <Button variant="primary" disabled={!chosen} onClick={put}>
        {words.share}
      </Button>
      {others.hasNextPage && (
        <Button onClick={() => void others.fetchNextPage()}>{words.loadMore}</Button>
      )}
    </div>
  );
}

type Choice = Pick<Grant, "grantee_kind" | "grantee_id"> & { name: string };

function Choices({
  label,
  of,
  kind,
}: {
  label: string;
  of: readonly Choice[];
  kind: Choice["grantee_kind"];
}) {
  const some = of.filter(({ grantee_kind }) => grantee_kind === kind);
  if (some.length === 0) return null;
  return (
    <optgroup label={label}>
      {some.map((choice) => (
        <Option key={keyOf(choice)} choice={choice} />
      ))}
    </optgroup>
  );
}

function Option({ choice }: { choice: Choice }) {
  return <option value={keyOf(choice)}>{choice.name}</option>;
}

function keyOf({ grantee_kind, grantee_id }: Pick<Grant, "grantee_kind" | "grantee_id">): string {
  return `${grantee_kind} ${grantee_id}`;
}

function draftOf({ grantee_kind, grantee_id }: Grant, level: Shareable): GrantDraft {
  return { grantee_kind, grantee_id, level };
}

function levelOf(value: string): Shareable {
  return value === "editor" ? "editor" : "viewer";
}

function nameOf({ grantee_kind, name }: Grant): string {
  return grantee_kind === "everyone" ? words.everybody : (name ?? words.gone);
}
