import { useInfiniteQuery } from "@tanstack/react-query";
import type { Me, Person } from "../../shared/api/types";
import { Button } from "../../shared/ui/Button";
import { EmptyState } from "../../shared/ui/EmptyState";
import { LinkButton } from "../../shared/ui/LinkButton";
import { TryAgain } from "../../shared/ui/TryAgain";
import styles from "./People.module.css";
import { PersonList } from "./PersonList";
import { type PersonFilter, peopleQuery } from "./queries";
import type { RenderLook } from "./render-look";
import { words } from "./words";

/** Who was found. Whoever is alone is told how that changes; that some wait is said wherever one looks. */
export function FoundPeople({
  me,
  renderLook,
  filter,
  onShowWaiting,
  onInvite,
  onKeys,
}: {
  me: Me;
  renderLook?: RenderLook;
  filter: PersonFilter;
  onShowWaiting: () => void;
  /** Where everybody is listed, and more may be invited. */
  onInvite?: () => void;
  onKeys: (account: Person) => void;
}) {
  const { data, isError, refetch, hasNextPage, fetchNextPage } = useInfiniteQuery(
    peopleQuery(filter),
  );
  if (isError) return <TryAgain onTry={() => void refetch()} />;
  if (!data) return null;
  const people = data.pages.flatMap(({ items }) => items);
  const waiting = data.pages[0]?.waiting ?? 0;
  return (
    <>
      {waiting > 0 && filter.state !== "waiting" && (
        <p className={styles.notice}>
          {words.waiting(waiting)}
          <LinkButton onClick={onShowWaiting}>{words.showWaiting}</LinkButton>
        </p>
      )}
      {people.length > 0 ? (
        <PersonList me={me} people={people} onKeys={onKeys} {...(renderLook && { renderLook })} />
      ) : (
        <EmptyState title={words.nobodyTitle}>{words.nobodyLead}</EmptyState>
      )}
      {hasNextPage && (
        <Button className={styles.after} onClick={() => void fetchNextPage()}>
          {words.showMore}
        </Button>
      )}
      {onInvite && people.length === 1 && (
        <EmptyState
          title={words.aloneTitle}
          action={<Button onClick={onInvite}>{words.inviteTitle}</Button>}
        >
          {words.aloneLead}
        </EmptyState>
      )}
    </>
  );
}
