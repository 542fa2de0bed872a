import { type KeyboardEvent, useState } from "react";
import { isComposing } from "../../../shared/lib/is-composing";
import { Button } from "../../../shared/ui/Button";
import { Field } from "../../../shared/ui/Field";
import { IconButton } from "../../../shared/ui/IconButton";
import { LinkButton } from "../../../shared/ui/LinkButton";
import { words } from "../words";
import styles from "./ParameterPanel.module.css";
import { areSame, isOwnChoice, only, type Parameters } from "./parameters";
import { forgetPreset, keepPreset, ourPresets, readPresets } from "./presets";

/** Parameters under a name, to choose with one click; what is set now can be saved as another one. */
export function PresetChoice({
  personId,
  parameters,
  onChoose,
}: {
  personId: string;
  parameters: Parameters;
  onChoose: (parameters: Parameters) => void;
}) {
  const [own, setOwn] = useState(() => readPresets(personId));
  const [newName, setNewName] = useState<string | null>(null);
  const save = () => {
    const name = newName?.trim() ?? "";
    if (name !== "") setOwn(keepPreset(personId, { name, parameters }));
    setNewName(null);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || isComposing(event.nativeEvent)) return;
    event.preventDefault();
    save();
  };
  return (
    <div className={styles.presets}>
      <ul className={styles.options} aria-label={words.presets}>
        {ourPresets.map(({ name, parameters: { temperature } }) => {
          const next = only({ ...parameters, temperature, top_p: undefined });
          return (
            <li key={name}>
              <PresetButton
                name={name}
                isChosen={areSame(next, parameters)}
                onChoose={() => onChoose(next)}
              />
            </li>
          );
        })}
        {own.map((preset) => (
          <li key={`own ${preset.name}`} className={styles.own}>
            <PresetButton
              name={preset.name}
              isChosen={areSame(preset.parameters, parameters)}
              onChoose={() => onChoose(preset.parameters)}
            />
            <IconButton
              icon="close"
              className={styles.forget}
              label={words.forgetPreset(preset.name)}
              onClick={() => setOwn(forgetPreset(personId, preset.name))}
            />
          </li>
        ))}
      </ul>
      {newName === null ? (
        !isOwnChoice(parameters) && (
          <LinkButton className={styles.reset} onClick={() => setNewName("")}>
            {words.savePreset}
          </LinkButton>
        )
      ) : (
        <div className={styles.naming}>
          <Field
            label={words.presetName}
            autoFocus
            autoComplete="off"
            maxLength={40}
            value={newName}
            onChange={(event) => setNewName(event.target.value)}
            onKeyDown={onKeyDown}
          />
          <Button onClick={save}>{words.save}</Button>
        </div>
      )}
    </div>
  );
}

function PresetButton({
  name,
  isChosen,
  onChoose,
}: {
  name: string;
  isChosen: boolean;
  onChoose: () => void;
}) {
  return (
    <button type="button" className={styles.option} aria-pressed={isChosen} onClick={onChoose}>
      {name}
    </button>
  );
}
