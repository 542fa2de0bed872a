import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import type { Look, Me } from "../../shared/api/types";
import { agoInWords } from "../../shared/lib/ago-in-words";
import { useNow } from "../../shared/lib/use-now";
import { Button } from "../../shared/ui/Button";
import { Section } from "../../shared/ui/Section";
import { showToast } from "../../shared/ui/toast-list";
import { TryAgain } from "../../shared/ui/TryAgain";
import styles from "./Looks.module.css";
import { looksQuery, seeLooks } from "./queries";
import { words } from "./words";

/** On the profile: whether anybody may look into one's conversations, and who did. */
export function LooksAtMe({ me }: { me: Me }) {
  const client = useQueryClient();
  const { data, isError, refetch, hasNextPage, fetchNextPage } = useInfiniteQuery(looksQuery);
  const now = useNow(60_000);
  const looks = data?.pages.flatMap(({ items }) => items) ?? [];
  const newest = looks[0];
  const noting = useMutation({
    mutationFn: seeLooks,
    onSuccess: () => client.invalidateQueries(looksQuery),
    onError: () => showToast(words.failed),
  });
  return (
    <Section
      title={words.title}
      note={me.read_all_allowed ? words.allowed : words.notAllowed}
      action={
        newest &&
        (data?.pages[0]?.unseen ?? 0) > 0 && (
          <Button onClick={() => noting.mutate(newest.id)}>{words.noted}</Button>
        )
      }
    >
      {isError && <TryAgain onTry={() => void refetch()} />}
      {data && looks.length === 0 && <p className={styles.muted}>{words.none}</p>}
      {looks.length > 0 && (
        <ul className={styles.looks} aria-label={words.title}>
          {looks.map((look) => (
            <LookRow key={look.id} look={look} now={now} />
          ))}
        </ul>
      )}
      {hasNextPage && <Button onClick={() => void fetchNextPage()}>{words.more}</Button>}
    </Section>
  );
}

function LookRow({ look, now }: { look: Look; now: Date }) {
  const at = new Date(look.looked_at);
  return (
    <li className={styles.look}>
      <div>
        <span className={styles.what}>
          {look.conversation_id === null
            ? words.listed(look.looker_name)
            : words.read(look.looker_name, look.title ?? null)}
        </span>
        <div className={styles.muted}>{look.reason}</div>
      </div>
      {!look.is_seen && <strong className={styles.fresh}>{words.fresh}</strong>}
      <time className={styles.muted} dateTime={look.looked_at} title={at.toLocaleString()}>
        {agoInWords(at, now)}
      </time>
    </li>
  );
}
