import { skipToken, useQuery } from "@tanstack/react-query";
import { useLocation } from "wouter";
import { BatchesPage } from "../features/batches/BatchesPage";
import { BatchPage } from "../features/batches/BatchPage";
import { NewBatchPage } from "../features/batches/NewBatchPage";
import { batchQuery } from "../features/batches/queries";
import { ModelPicker } from "../features/models/ModelPicker";
import { modelsQuery } from "../features/models/queries";
import type { Me } from "../shared/api/types";
import { batchWriting } from "./batch-writing";
import { PlainPage } from "./PlainPage";
import { words } from "./words";

/** `/batches`, `/batches/new` and `/batches/{id}`: one prompt for every row of a file. */
export function BatchesRoute({ me, id }: { me: Me; id: string | null }) {
  const [, navigate] = useLocation();
  const toList = () => navigate("/batches");
  const isJob = id !== null && id !== "new";
  const job = useQuery({ ...batchQuery(id ?? ""), ...(!isJob && { queryFn: skipToken }) });
  const models = useQuery(modelsQuery);
  return (
    <PlainPage title={job.data?.name ?? words.batches}>
      {id === null && <BatchesPage onNew={() => navigate("/batches/new")} />}
      {id === "new" && (
        <NewBatchPage onReceived={(made) => navigate(`/batches/${made}`, { replace: true })} />
      )}
      {isJob && (
        <BatchPage
          key={id}
          id={id}
          renderModelPicker={(slot) => (
            <ModelPicker {...slot} onManage={() => navigate("/models")} />
          )}
          writing={batchWriting(me.id, models.data?.items ?? null)}
          onGone={toList}
        />
      )}
    </PlainPage>
  );
}
