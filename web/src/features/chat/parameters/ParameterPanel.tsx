import { useState } from "react";
import { Field } from "../../../shared/ui/Field";
import { LinkButton } from "../../../shared/ui/LinkButton";
import { words } from "../words";
import { EffortChoice } from "./EffortChoice";
import styles from "./ParameterPanel.module.css";
import {
  isOwnChoice,
  only,
  ownChoice,
  type Parameters,
  typedNumber,
  typedStops,
} from "./parameters";
import { PresetChoice } from "./PresetChoice";
import { Slider } from "./Slider";
import { StopField } from "./StopField";

export interface ParameterPanelProps {
  personId: string;
  parameters: Parameters;
  onChange: (parameters: Parameters) => void;
}

/** Everything that can be said about how answers are written. It holds from the next one on. */
export function ParameterPanel({ personId, parameters, onChange }: ParameterPanelProps) {
  // What is typed line by line is begun anew when all of it is replaced at once.
  const [generation, setGeneration] = useState(0);
  const replace = (next: Parameters) => {
    setGeneration(generation + 1);
    onChange(next);
  };
  const change = (part: { [Name in keyof Parameters]?: Parameters[Name] | undefined }) =>
    onChange(only({ ...parameters, ...part }));
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
      <PresetChoice personId={personId} parameters={parameters} onChoose={replace} />
      <Slider
        label={words.temperature}
        hint={words.temperatureHint}
        name="temperature"
        step={0.1}
        rest={1}
        value={parameters.temperature}
        onChange={(temperature) => change({ temperature })}
      />
      <Slider
        label={words.topP}
        hint={words.topPHint}
        name="top_p"
        step={0.05}
        rest={1}
        value={parameters.top_p}
        onChange={(top_p) => change({ top_p })}
      />
      <EffortChoice
        value={parameters.reasoning_effort}
        onChange={(reasoning_effort) => change({ reasoning_effort })}
      />
      <div className={styles.pair}>
        <Field
          label={words.maxTokens}
          inputMode="numeric"
          autoComplete="off"
          placeholder={words.modelsChoice}
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
          value={parameters.seed ?? ""}
          onChange={(event) => change({ seed: typedNumber("seed", event.target.value) })}
        />
      </div>
      <StopField
        key={generation}
        value={parameters.stop}
        onChange={(text) => change({ stop: typedStops(text) })}
      />
    </div>
  );
}
