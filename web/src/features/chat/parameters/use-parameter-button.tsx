import { useCallback } from "react";
import type { Model } from "../../../shared/api/types";
import { ParameterButton } from "./ParameterButton";
import type { Parameters } from "./parameters";
import { takenBy } from "./taken";
import { useParameters } from "./use-parameters";

/** What is sent of the parameters to the model named; null: nobody knows yet who answers. */
export type ParametersFor = (model: string | null) => Parameters;

/** How answers are written in one place, the button that changes it, and what of it each model is sent. */
export function useParameterButton(
  personId: string,
  place: string,
  models: readonly Model[] | null,
) {
  const { parameters, change, moveTo } = useParameters(place);
  const parametersFor: ParametersFor = useCallback(
    (model) => takenBy(models?.find(({ id }) => id === model)?.takes, parameters),
    [models, parameters],
  );
  const view = (model: string | null) => {
    const chosen = models?.find(({ id }) => id === model);
    return (
      <ParameterButton
        personId={personId}
        parameters={parameters}
        takes={chosen?.takes}
        modelName={chosen?.name ?? model ?? ""}
        onChange={change}
      />
    );
  };
  return { parametersFor, moveTo, view };
}
