import { useState } from "react";
import type { MadeKey } from "../../shared/api/types";
import { draftOf, freshTerms, type Mistake, mistakesIn } from "./key-terms";
import { FormDialog } from "../../shared/ui/FormDialog";
import { KeyFields } from "./KeyFields";
import { makeKey } from "./queries";
import { ShownOnce } from "./ShownOnce";
import { type Proven, useKeyDeed } from "./use-key-deeds";
import { words } from "./words";

const none: ReadonlySet<Mistake> = new Set();

/** A new key, for oneself or for an account. */
export function MakeKey({
  account,
  proven,
  onClose,
}: {
  account: { id: string; name: string } | null;
  proven: Proven;
  onClose: () => void;
}) {
  const [terms, setTerms] = useState(freshTerms);
  const [mistakes, setMistakes] = useState(none);
  const [made, setMade] = useState<MadeKey | null>(null);
  const { attempt, isBusy, failure } = useKeyDeed(proven);
  const make = async () => {
    const found = mistakesIn(terms);
    setMistakes(found);
    if (found.size > 0) return;
    setMade(await attempt(() => makeKey(draftOf(terms, new Date(), account?.id ?? null))));
  };
  if (made) {
    return (
      <FormDialog
        title={words.madeTitle(made.details.name)}
        lead={words.madeLead}
        onClose={onClose}
      >
        <ShownOnce made={made} />
      </FormDialog>
    );
  }
  return (
    <FormDialog
      title={account ? words.makeTitleFor(account.name) : words.makeTitle}
      submit={words.make}
      isBusy={isBusy}
      failure={failure}
      onSubmit={() => void make()}
      onClose={onClose}
    >
      <KeyFields terms={terms} mistakes={mistakes} isNew onChange={setTerms} />
    </FormDialog>
  );
}
