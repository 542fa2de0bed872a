import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Me, ProgramKey } from "../../shared/api/types";
import { useNow } from "../../shared/lib/use-now";
import { Button } from "../../shared/ui/Button";
import { EmptyState } from "../../shared/ui/EmptyState";
import { TryAgain } from "../../shared/ui/TryAgain";
import { ChangeKey } from "./ChangeKey";
import { type KeyDeed, KeyRow } from "./KeyRow";
import styles from "./Keys.module.css";
import { keysQuery, type Whose } from "./queries";
import { RevokeKey } from "./RevokeKey";
import { RotateKey } from "./RotateKey";
import type { Proven } from "./use-key-deeds";
import { words } from "./words";

/** The keys that were found, and what is asked about one of them. */
export function FoundKeys({
  me,
  whose,
  proven,
  onMake,
}: {
  me: Me;
  whose: Whose;
  proven: Proven;
  /** Where one may be made. */
  onMake?: () => void;
}) {
  const found = useInfiniteQuery(keysQuery(whose));
  const [asked, setAsked] = useState<{ program: ProgramKey; what: KeyDeed } | null>(null);
  const now = useNow(60_000);
  if (found.isError) return <TryAgain onTry={() => void found.refetch()} />;
  if (!found.data) return null;
  const keys = found.data.pages.flatMap(({ items }) => items);
  const close = () => setAsked(null);
  return (
    <>
      {keys.length > 0 ? (
        <ul className={styles.list} aria-label={words.list}>
          {keys.map((program) => (
            <KeyRow
              key={program.id}
              program={program}
              now={now}
              isOwners={whose !== "everybodys"}
              mayChange={mayChange(me, program)}
              onAsk={(what) => setAsked({ program, what })}
            />
          ))}
        </ul>
      ) : (
        <EmptyState
          title={words.noneTitle}
          action={onMake && <Button onClick={onMake}>{words.make}</Button>}
        >
          {words.noneLead}
        </EmptyState>
      )}
      {found.hasNextPage && (
        <Button className={styles.after} onClick={() => void found.fetchNextPage()}>
          {words.showMore}
        </Button>
      )}
      {asked?.what === "change" && (
        <ChangeKey program={asked.program} proven={proven} onClose={close} />
      )}
      {asked?.what === "rotate" && (
        <RotateKey program={asked.program} proven={proven} onClose={close} />
      )}
      {asked?.what === "revoke" && <RevokeKey program={asked.program} onClose={close} />}
    </>
  );
}

function mayChange(me: Me, program: ProgramKey): boolean {
  if (program.user_id === me.id) return me.permissions.includes("key.create");
  return program.owner_kind === "service" && me.permissions.includes("service.manage");
}
