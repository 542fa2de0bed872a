/** The inside of the page where a job begins: with its file. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
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
  const [share, setShare] = useState(0);
  const sender = useRef<AbortController>(null);
  const upload = useMutation({
    mutationFn: async (file: File): Promise<Batch> => {
      const type = fileType(file);
      if (type === null) throw new ApiProblem(422, { detail: words.notAFile });
      setShare(0);
      sender.current = new AbortController();
      return uploadFile(file, type, { onProgress: setShare, signal: sender.current.signal });
    },
    onSuccess: async (batch) => {
      await changed(client, batch);
      onReceived(batch.id);
    },
  });
  // Somebody who goes away wants it no more. Synchronises with what the browser sends.
  useEffect(() => () => sender.current?.abort(), []);
  const problem = upload.error instanceof ApiProblem ? upload.error : null;
  return (
    <PageBody title={words.newTitle} lead={words.newLead}>
      <Steps at={0} />
      <FileDrop
        sending={
          upload.isPending
            ? {
                name: upload.variables.name,
                bytes: upload.variables.size,
                share,
                onCancel: () => sender.current?.abort(),
              }
            : null
        }
        problem={problem && troubleWords({ code: problem.code, message: problem.detail })}
        onFile={upload.mutate}
      />
    </PageBody>
  );
}
