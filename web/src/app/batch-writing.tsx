/** How a batch job's answers are written: the chat's own fields, lent to the form of a job. */
import type { Writing, WritingFields } from "../features/batches/writing";
import { ParameterPanel } from "../features/chat/parameters/ParameterPanel";
import { asParameters, type Parameters } from "../features/chat/parameters/parameters";
import { takenBy } from "../features/chat/parameters/taken";
import type { Model } from "../shared/api/types";

export function batchWriting(personId: string, models: readonly Model[] | null): WritingFields {
  const known = (model: string | null) => models?.find(({ id }) => id === model);
  return {
    render: ({ model, value, onChange }) => (
      <ParameterPanel
        personId={personId}
        parameters={parametersOf(value)}
        takes={known(model)?.takes}
        modelName={known(model)?.name ?? model ?? ""}
        onChange={(parameters) => onChange(writingOf(parameters))}
      />
    ),
    takenBy: (model, writing) => writingOf(takenBy(known(model)?.takes, parametersOf(writing))),
  };
}

function parametersOf({ parameters, answer_schema }: Writing): Parameters {
  return asParameters({ ...parameters, json_schema: answer_schema });
}

function writingOf({ json_schema, ...parameters }: Parameters): Writing {
  return { parameters, answer_schema: json_schema ?? null };
}
