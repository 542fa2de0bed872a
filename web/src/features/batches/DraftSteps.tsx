/** A job that was not started: its prompt is written, then what will be asked is looked at, then it starts. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { ApiProblem } from "../../shared/api/api-problem";
import type { Batch } from "../../shared/api/types";
import { PageBody } from "../../shared/ui/PageBody";
import type { ModelSlot } from "./model-slot";
import { DeleteBatch } from "./DeleteBatch";
import { DraftForm } from "./DraftForm";
import { PromptPreview } from "./PromptPreview";
import { act, changed, instruct, type Instructions, previewQuery } from "./queries";
import { Steps } from "./Steps";
import { troubleWords, words } from "./words";
import type { WritingFields } from "./writing";

export interface DraftStepsProps {
  batch: Batch;
  renderModelPicker: (slot: ModelSlot) => ReactNode;
  writing: WritingFields;
  onStarted: () => void;
  onGone: () => void;
}

export function DraftSteps(props: DraftStepsProps) {
  const { batch, renderModelPicker, writing, onStarted, onGone } = props;
  const client = useQueryClient();
  const [isChecked, setIsChecked] = useState(false);
  const [isBack, setIsBack] = useState(false);
  const [isDeleting, setIsDeleting] = useState(false);
  const telling = useMutation({
    mutationFn: (instructions: Instructions) => instruct(batch.id, instructions),
    onSuccess: async (next) => {
      await client.invalidateQueries({ queryKey: previewQuery(batch.id).queryKey });
      await changed(client, next);
      setIsChecked(true);
    },
  });
  const starting = useMutation({
    mutationFn: () => act(batch.id, "start"),
    onSuccess: (next) => {
      onStarted();
      return changed(client, next);
    },
  });
  return (
    <PageBody title={batch.name} lead={words.rowsAndColumns(batch.row_count, batch.columns.length)}>
      <Steps at={isChecked ? 2 : 1} />
      {isChecked ? (
        <PromptPreview
          batch={batch}
          isStarting={starting.isPending}
          problem={problemWords(starting.error)}
          onBack={() => {
            setIsChecked(false);
            setIsBack(true);
          }}
          onStart={() => starting.mutate()}
        />
      ) : (
        <DraftForm
          batch={batch}
          takesFocus={isBack}
          isSaving={telling.isPending}
          problem={problemWords(telling.error)}
          renderModelPicker={renderModelPicker}
          writing={writing}
          onWritten={telling.mutate}
          onDiscard={() => setIsDeleting(true)}
        />
      )}
      <DeleteBatch
        batch={isDeleting ? batch : null}
        onClose={() => setIsDeleting(false)}
        onGone={onGone}
      />
    </PageBody>
  );
}

function problemWords(error: Error | null): string | null {
  if (error === null) return null;
  const code = error instanceof ApiProblem ? error.code : "unknown";
  return troubleWords({ code, message: error.message });
}
