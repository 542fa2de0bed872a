/** The inside of the page where a job begins: with its file. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ApiProblem } from "../../shared/api/api-problem";
import type { Batch } from "../../shared/api/types";
import { PageBody } from "../../shared/ui/PageBody";
import { FileDrop } from "./FileDrop";
import { fileType } from "./file-type";
import { changed, uploadFile } from "./queries";
import { Steps } from "./Steps";
import { troubleWords, words } from "./words";

export interface NewBatchPageProps {
  onReceived: (id: string) => void;
}

export function NewBatchPage({ onReceived }: NewBatchPageProps) {
  const client = useQueryClient();
  const upload = useMutation({
    mutationFn: async (file: File): Promise<Batch> => {
      const type = fileType(file);
      if (type === null) throw new ApiProblem(422, { detail: words.notAFile });
      return uploadFile(file, type);
    },
    onSuccess: async (batch) => {
      await changed(client, batch);
      onReceived(batch.id);
    },
  });
  const problem = upload.error instanceof ApiProblem ? upload.error : null;
  return (
    <PageBody title={words.newTitle} lead={words.newLead}>
      <Steps at={0} />
      <FileDrop
        readingName={upload.isPending ? upload.variables.name : null}
        problem={problem && troubleWords({ code: problem.code, message: problem.detail })}
        onFile={upload.mutate}
      />
    </PageBody>
  );
}
