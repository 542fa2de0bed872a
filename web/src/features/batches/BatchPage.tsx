/** The inside of one job's page: its prompt while it is a draft, its rows from then on. */
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Link } from "wouter";
import { ApiProblem } from "../../shared/api/api-problem";
import { Icon } from "../../shared/ui/Icon";
import { PageBody } from "../../shared/ui/PageBody";
import { TryAgain } from "../../shared/ui/TryAgain";
import { BatchJob } from "./BatchJob";
import styles from "./BatchPage.module.css";
import { DraftSteps } from "./DraftSteps";
import type { ModelSlot } from "./model-slot";
import { batchQuery } from "./queries";
import { words } from "./words";
import type { WritingFields } from "./writing";

export interface BatchPageProps {
  id: string;
  renderModelPicker: (slot: ModelSlot) => ReactNode;
  writing: WritingFields;
  onGone: () => void;
}

export function BatchPage({ id, renderModelPicker, writing, onGone }: BatchPageProps) {
  const [isStartedHere, setIsStartedHere] = useState(false);
  const { data: batch, error, refetch } = useQuery(batchQuery(id));
  const isLost = error instanceof ApiProblem && error.status === 404;
  if (!batch || isLost) {
    return (
      <PageBody title={words.pageTitle} lead={isLost ? words.lost : words.pageLead}>
        {isLost && <BackLink />}
        {error && !isLost && <TryAgain onTry={() => void refetch()} />}
      </PageBody>
    );
  }
  return batch.state === "draft" ? (
    <DraftSteps
      batch={batch}
      renderModelPicker={renderModelPicker}
      writing={writing}
      onStarted={() => setIsStartedHere(true)}
      onGone={onGone}
    />
  ) : (
    <BatchJob batch={batch} takesFocus={isStartedHere} back={<BackLink />} onGone={onGone} />
  );
}

function BackLink() {
  return (
    <Link className={styles.back} href="/batches">
      <Icon name="back" />
      {words.back}
    </Link>
  );
}
