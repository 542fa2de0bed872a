import { useState } from "react";
import { Field } from "../../../shared/ui/Field";
import { LinkButton } from "../../../shared/ui/LinkButton";
import { words } from "../words";
import { CacheNote } from "./CacheNote";
import { EffortChoice } from "./EffortChoice";
import styles from "./ParameterPanel.module.css";
import {
  efforts,
  isOwnChoice,
  only,
  ownChoice,
  type Parameters,
  typedNumber,
  typedStops,
} from "./parameters";
import { PresetChoice } from "./PresetChoice";
import { SchemaField } from "./SchemaField";
import { Slider } from "./Slider";
import { StopField } from "./StopField";
import { leftOutBy, type Takes } from "./taken";

export interface ParameterPanelProps {
  personId: string;
  parameters: Parameters;
  /** Nothing where the chosen model is not known: then it is believed to take everything. */
  takes: Takes | undefined;
  modelName: string;
  onChange: (parameters: Parameters) => void;
}

/** Everything that can be said about how answers are written. It holds from the next one on. */
export function ParameterPanel(props: ParameterPanelProps) {
  const { personId, parameters, takes, modelName, onChange } = props;
  // What is typed line by line is begun anew when all of it is replaced at once.
  const [generation, setGeneration] = useState(0);
  const replace = (next: Parameters) => {
    setGeneration(generation + 1);
    onChange(next);
  };
  const change = (part: { [Name in keyof Parameters]?: Parameters[Name] | undefined }) =>
    onChange(only({ ...parameters, ...part }));
  const leftOut = leftOutBy(takes, parameters);
  /** Why one cannot be set, if it cannot. */
  const closed = (isTaken: boolean) => (isTaken ? undefined : words.notTaken(modelName));
  const takesMaxTokens = takes === undefined || takes.max_tokens !== null;
  return (
    <div className={styles.panel}>
      <div className={styles.head}>
        <h2 className={styles.title}>{words.parameters}</h2>
        <LinkButton
          className={styles.reset}
          disabled={isOwnChoice(parameters)}
          onClick={() => replace(ownChoice)}
        >
          {words.reset}
        </LinkButton>
      </div>
      {leftOut.length > 0 && (
        <p className={styles.hint} role="status">
          {words.leftOut(modelName, leftOut)}
        </p>
      )}
      <PresetChoice personId={personId} parameters={parameters} onChoose={replace} />
      <Slider
        label={words.temperature}
        hint={words.temperatureHint}
        name="temperature"
        step={0.1}
        rest={1}
        value={parameters.temperature}
        most={takes?.temperature?.most}
        closed={closed(takes?.temperature !== null)}
        onChange={(temperature) => change({ temperature })}
      />
      <Slider
        label={words.topP}
        hint={words.topPHint}
        name="top_p"
        step={0.05}
        rest={1}
        value={parameters.top_p}
        closed={closed(takes?.top_p !== null)}
        onChange={(top_p) => change({ top_p })}
      />
      <EffortChoice
        value={parameters.reasoning_effort}
        taken={takes?.reasoning_efforts ?? efforts}
        closed={closed(takes?.reasoning_efforts.length !== 0)}
        onChange={(reasoning_effort) => change({ reasoning_effort })}
      />
      <div className={styles.pair}>
        <Field
          label={words.maxTokens}
          inputMode="numeric"
          autoComplete="off"
          placeholder={words.modelsChoice}
          disabled={!takesMaxTokens}
          hint={closed(takesMaxTokens)}
          value={parameters.max_tokens ?? ""}
          onChange={(event) =>
            change({ max_tokens: typedNumber("max_tokens", event.target.value) })
          }
        />
        <Field
          label={words.seed}
          inputMode="numeric"
          autoComplete="off"
          placeholder={words.modelsChoice}
          disabled={takes?.seed === false}
          hint={closed(takes?.seed !== false)}
          value={parameters.seed ?? ""}
          onChange={(event) => change({ seed: typedNumber("seed", event.target.value) })}
        />
      </div>
      <CacheNote parameters={parameters} />
      <StopField
        key={`stop ${generation}`}
        value={parameters.stop}
        closed={closed(takes?.stop !== 0)}
        onChange={(text) => change({ stop: typedStops(text) })}
      />
      <SchemaField
        key={`schema ${generation}`}
        value={parameters.json_schema}
        closed={closed(takes?.json_schema !== false)}
        onChange={(json_schema) => change({ json_schema })}
      />
    </div>
  );
}
